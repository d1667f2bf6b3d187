import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral()
  await shop.join('store-1', 'store-2')
  await shop.ask('/v1/products/milk', 'PUT', {
    ...{ name: 'Milk', category: 'dairy', price: { amount: 129, currency: 'EUR' } },
  })
  await shop.write({
    levels: ['store-1', 'store-2'].map((storeId) => ({ storeId, sku: 'milk', onHand: 100 })),
  })
  await shop.ask('/v1/availability/milk')
})
afterAll(() => shop[Symbol.asyncDispose]())

/** The margins of milk in store 1 and store 2, from the cache and from the database. */
async function margins() {
  const cache = (await shop.ask('/v1/availability/milk')).body.stores
  const pages = await Promise.all(
    ['store-1', 'store-2'].map(async (id) => (await shop.ask(`/v1/stores/${id}/availability`)).body.items[0]),
  )
  return [cache, pages].map((rows) => rows.map(({ margin }: { margin: number }) => margin))
}
const both = (...units: number[]) => [units, units]

test('I11: the most specific rule applies, from the cache and from the database alike', async () => {
  expect(await margins()).toEqual(both(3, 3))
  const ladder = [
    [{}, both(10, 10)],
    [{ store: 'store-1' }, both(11, 10)],
    [{ category: 'dairy' }, both(12, 12)],
    [{ store: 'store-1', category: 'dairy' }, both(13, 12)],
    [{ sku: 'milk' }, both(14, 14)],
    [{ store: 'store-1', sku: 'milk' }, both(15, 14)],
  ] as const
  for (const [index, [scope, expected]] of ladder.entries()) {
    const rule = { ...scope, units: 10 + index }
    expect(await shop.ask('/v1/margins', 'PUT', rule)).toMatchObject({ status: 201, body: rule })
    await expect.poll(margins).toEqual(expected)
  }
  expect((await shop.ask('/v1/margins/effective?store=store-1&sku=milk')).body).toEqual({
    ...{ store: 'store-1', sku: 'milk', units: 15 },
    rule: { store: 'store-1', category: null, sku: 'milk', units: 15 },
  })
  for (const [index, [scope]] of [...ladder.entries()].reverse()) {
    const query = new URLSearchParams(scope as Record<string, string>)
    expect((await shop.ask(`/v1/margins?${query}`, 'DELETE')).status).toBe(204)
    await expect.poll(margins).toEqual(index === 0 ? both(3, 3) : ladder[index - 1]?.[1])
  }
})

test('the category of a product decides its margin, also when it changes', async () => {
  await shop.ask('/v1/margins', 'PUT', { category: 'drinks', units: 20 })
  await shop.ask('/v1/products/milk', 'PATCH', { category: 'drinks' })
  await expect.poll(margins).toEqual(both(20, 20))
  await shop.ask('/v1/products/milk', 'PATCH', { category: null })
  await expect.poll(margins).toEqual(both(3, 3))
})

test('setting the same rule again changes nothing and writes nothing to the feed', async () => {
  await shop.ask('/v1/margins', 'PUT', { sku: 'bread', units: 4 })
  const head = async () => (await shop.pool.query('SELECT next_number FROM feed_head'))[0]
  const before = await head()
  expect((await shop.ask('/v1/margins', 'PUT', { sku: 'bread', units: 4 })).status).toBe(200)
  expect(await head()).toEqual(before)
})

test('rules are listed by page and by what they name, with the caller who set them', async () => {
  for (const sku of ['a', 'b', 'c']) await shop.ask('/v1/margins', 'PUT', { store: 'store-2', sku, units: 1 })
  const first = await shop.ask('/v1/margins?store=store-2&limit=2')
  expect(first.body.items).toMatchObject([{ sku: 'a', updatedBy: 'local' }, { sku: 'b' }])
  const second = await shop.ask(`/v1/margins?store=store-2&limit=2&cursor=${first.body.next}`)
  expect(second.body).toMatchObject({ items: [{ sku: 'c', store: 'store-2', category: null }], next: null })
})

test('removing a rule that does not exist is refused', async () => {
  expect(await shop.ask('/v1/margins?sku=never', 'DELETE')).toMatchObject({
    ...{ status: 404, body: { code: 'unknown_margin' } },
  })
})

test.each([
  [{ sku: 'milk' }, 400, 'invalid_request'],
  [{ sku: 'milk', units: -1 }, 400, 'invalid_request'],
  [{ sku: 'milk', units: 1.5 }, 400, 'invalid_request'],
  [{ sku: 'milk', units: '3' }, 400, 'invalid_request'],
  [{ sku: 'milk', units: 1_000_001 }, 400, 'invalid_request'],
  [{ sku: 'milk', category: 'dairy', units: 3 }, 400, 'invalid_request'],
  [{ sku: '', units: 3 }, 400, 'invalid_request'],
  [{ storeId: 'store-1', units: 3 }, 400, 'invalid_request'],
  [{ store: 'store-9', units: 3 }, 404, 'unknown_store'],
])('the rule %j is refused and nothing is written', async (rule, status, code) => {
  const before = (await shop.ask('/v1/margins')).body
  expect(await shop.ask('/v1/margins', 'PUT', rule)).toMatchObject({ status, body: { code } })
  expect((await shop.ask('/v1/margins')).body).toEqual(before)
})
