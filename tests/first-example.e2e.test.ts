import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask } from './support/ask.ts'
import { dataDir, urls } from './support/platform.ts'
import { availability, newSku, onHandInCentral, receive, sell } from './support/shop.ts'

test('SKU-1, SKU-2, SKU-3 with 100, 150, 200 units in store 1 are shown by central-query with onHand, held, margin and freshness', async () => {
  const stock = { 'SKU-1': 100, 'SKU-2': 150, 'SKU-3': 200 }
  await receive(1, stock)
  for (const [sku, onHand] of Object.entries(stock)) {
    await expect.poll(() => availability(sku)).toHaveLength(1)
    expect(await availability(sku)).toEqual([
      expect.objectContaining({
        ...{ storeId: 'store-1', onHand, held: 0, pending: 0, margin: 3, available: onHand - 3 },
        freshness: expect.objectContaining({ state: 'fresh', slaMs: 5_000 }),
      }),
    ])
  }
})

test('a sale shows in central, and asOf then passes the time of the sale', async () => {
  const sku = newSku('milk')
  await receive(2, { [sku]: 10 })
  await sell(2, sku, 4)
  const soldAt = Date.now()
  await expect.poll(() => onHandInCentral('store-2', sku)).toBe(6)
  await expect
    .poll(async () => Date.parse((await availability(sku))[0]?.freshness.asOf ?? ''), { timeout: 5_000 })
    .toBeGreaterThan(soldAt)
})

test('a margin rule changes availability at once, and a price changes no stock', async () => {
  const sku = newSku('butter')
  await receive(1, { [sku]: 20 })
  await expect.poll(() => onHandInCentral('store-1', sku)).toBe(20)

  const product = {
    name: 'Butter',
    category: 'dairy',
    price: { amount: 229, currency: 'EUR' },
    attributes: {},
  }
  expect((await ask('PUT', `${urls.centralQuery}/v1/products/${sku}`, product)).status).toBeLessThan(300)
  const [before] = await availability(sku)
  const price = { price: { amount: 249, currency: 'EUR' } }
  expect((await ask('PATCH', `${urls.centralQuery}/v1/products/${sku}`, price)).status).toBe(200)
  expect(await availability(sku)).toEqual([{ ...before, freshness: expect.anything() }])

  expect((await ask('PUT', `${urls.centralQuery}/v1/margins`, { sku, units: 8 })).status).toBeLessThan(300)
  await expect.poll(async () => (await availability(sku))[0]?.available).toBe(12)
  expect((await availability(sku))[0]).toMatchObject({ onHand: 20, margin: 8 })
})

test('the data folders are readable by their user only', async () => {
  const folders = (await readdir(dataDir, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const kept = folders
    .filter(({ name }) => /^(kafka|mysql-)/.test(name))
    .map(({ name }) => join(name, 'data'))
  for (const folder of ['.', ...folders.map(({ name }) => name), ...kept]) {
    const { mode } = await stat(join(dataDir, folder))
    expect((mode & 0o777).toString(8), folder).toBe('700')
  }
  expect(kept).toHaveLength(5)
})
