import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

const SUSPECT = 'central is being rebuilt from its journal'
const rebuilding = { status: 503, body: { code: 'rebuilding', detail: expect.stringContaining('store-2') } }

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral()
  await shop.join('store-1', 'store-2')
  await shop.write({
    levels: [
      { storeId: 'store-1', sku: 'milk', onHand: 10 },
      { storeId: 'store-2', sku: 'milk', onHand: 20 },
    ],
  })
  await shop.beat('store-1')
  await shop.write({ proofs: { 'store-2': { asOfUs: 0, suspect: SUSPECT, rebuilding: true } } })
})
afterAll(() => shop[Symbol.asyncDispose]())

test('I11: a store that is being rebuilt is named and gives no number; the others answer as before', async () => {
  await expect
    .poll(async () => (await shop.ask('/v1/availability/milk')).body)
    .toMatchObject({
      availableFresh: 7,
      stores: [{ storeId: 'store-1', onHand: 10 }],
      rebuilding: ['store-2'],
    })
  const { body } = await shop.ask('/v1/availability', 'POST', { skus: ['milk'], stores: ['store-1'] })
  expect(body.items[0]).not.toHaveProperty('rebuilding')
})

test('a SKU that only a store being rebuilt may have is 503 with Retry-After', async () => {
  const answer = await shop.ask('/v1/availability/honey')
  expect(answer).toMatchObject(rebuilding)
  expect(answer.headers.get('retry-after')).toBe('1')
})

test('stock and daily sales of a store being rebuilt are 503; those of another store are not', async () => {
  expect(await shop.ask('/v1/stores/store-2/availability')).toMatchObject(rebuilding)
  expect(await shop.ask('/v1/sales/daily?store=store-2')).toMatchObject(rebuilding)
  expect(await shop.ask('/v1/sales/daily')).toMatchObject(rebuilding)
  expect(await shop.ask('/v1/stores/store-1/availability')).toMatchObject({ status: 200 })
  expect(await shop.ask('/v1/sales/daily?store=store-1')).toMatchObject({ status: 200 })
})

test('a new store with a parked record, or without a beat, affects no other answer', async () => {
  await shop.beat('store-2')
  await shop.join('store-3', 'store-4')
  await shop.write({ proofs: { 'store-3': { asOfUs: 0, suspect: '1 record parked' } } })
  await expect.poll(() => shop.ask('/v1/availability/honey')).toMatchObject({ status: 404 })
  expect(await shop.ask('/v1/sales/daily')).toMatchObject({ status: 200 })
  expect((await shop.ask('/v1/availability/milk')).body).not.toHaveProperty('rebuilding')
  await shop.write({ proofs: { 'store-2': { asOfUs: 0, suspect: SUSPECT, rebuilding: true } } })
})

test('a store that a beat has proved complete gives numbers again', async () => {
  await shop.beat('store-2')
  await expect
    .poll(async () => (await shop.ask('/v1/availability/milk')).body)
    .toMatchObject({
      availableFresh: 24,
      stores: [{ storeId: 'store-1' }, { storeId: 'store-2', onHand: 20 }],
    })
  expect(await shop.ask('/v1/availability/honey')).toMatchObject({ status: 404 })
})
