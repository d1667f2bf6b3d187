import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral()
  await shop.join('store-1', 'store-2', 'store-3')
  await shop.write({
    levels: [
      { storeId: 'store-1', sku: 'SKU-1', onHand: 100, held: 10, pending: 5 },
      { storeId: 'store-2', sku: 'SKU-1', onHand: 2 },
      { storeId: 'store-1', sku: 'SKU-2', onHand: 50 },
      { storeId: 'store-1', sku: 'SKU-3', onHand: 3 },
    ],
  })
  await shop.beat('store-1')
})
afterAll(() => shop[Symbol.asyncDispose]())

const price = { amount: 199, currency: 'EUR' }

test('an answer has each store with the parts of its availability and its freshness', async () => {
  const { status, body } = await shop.ask('/v1/availability/SKU-1')
  expect(status).toBe(200)
  expect(body).toMatchObject({ sku: 'SKU-1', known: true })
  expect(body.stores[0]).toEqual({
    ...{ storeId: 'store-1', onHand: 100, held: 10, pending: 5, margin: 3, available: 82 },
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    freshness: { state: 'fresh', asOf: expect.any(String), ageMs: expect.any(Number), slaMs: 5_000 },
  })
})

test('a store without a beat keeps its row, and is not counted in availableFresh', async () => {
  await shop.beat('store-1')
  await expect
    .poll(async () => (await shop.ask('/v1/availability/SKU-1')).body)
    .toMatchObject({
      availableFresh: 82,
      stores: [
        { freshness: { state: 'fresh' } },
        { storeId: 'store-2', available: 0, freshness: { state: 'offline', asOf: null, ageMs: null } },
      ],
    })
})

test('a change in a store is in the answer a moment later', async () => {
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-2', onHand: 49 }] })
  const seen = async () => (await shop.ask('/v1/availability/SKU-2')).body.stores[0].onHand
  await expect.poll(seen, { interval: 5 }).toBe(49)
})

test('a SKU is found by every Unicode encoding of its name', async () => {
  await shop.write({ levels: [{ storeId: 'store-2', sku: 'caf\u00e9', onHand: 9 }] })
  for (const sku of ['caf\u00e9', 'cafe\u0301']) {
    const read = await shop.ask(`/v1/availability/${encodeURIComponent(sku)}`)
    expect(read).toMatchObject({ status: 200, body: { sku: 'caf\u00e9', stores: [{ onHand: 9 }] } })
    const { body } = await shop.ask('/v1/availability', 'POST', { skus: [sku] })
    expect(body.items).toMatchObject([{ sku: 'caf\u00e9', known: true }])
    const margin = await shop.ask(`/v1/margins/effective?store=store-1&sku=${encodeURIComponent(sku)}`)
    expect(margin.body).toMatchObject({ sku: 'caf\u00e9' })
  }
  expect((await shop.ask('/v1/availability/a%E2%80%8Bb')).status).toBe(400)
})

test('a page continues after a SKU that was recorded before SKUs were normalised', async () => {
  const skus = ['cafe\u0301', 'a\u200bb']
  await shop.write({ levels: skus.map((sku) => ({ storeId: 'store-3', sku, onHand: 1 })) })
  const seen: string[] = []
  for (let next = ''; next !== null && seen.length < 5; ) {
    const { body } = await shop.ask(`/v1/stores/store-3/availability?limit=1${next && `&cursor=${next}`}`)
    seen.push(...body.items.map(({ sku }: { sku: string }) => sku))
    next = body.next
  }
  expect(seen.sort()).toEqual(skus.sort())
})

test('filters choose stores, rows in stock, and fields', async () => {
  const ask = async (query: string) => (await shop.ask(`/v1/availability/SKU-1?${query}`)).body.stores
  expect(await ask('store=store-2&fields=storeId,onHand')).toEqual([{ storeId: 'store-2', onHand: 2 }])
  expect(await ask('inStock=true&fields=storeId')).toEqual([{ storeId: 'store-1' }])
  expect(await ask('store=store-1,store-2&inStock=false&fields=available')).toEqual([
    { available: 82 },
    { available: 0 },
  ])
})

test('a SKU that no store ever had is 404, unless it is in the catalogue', async () => {
  expect(await shop.ask('/v1/availability/nothing')).toMatchObject({
    status: 404,
    body: { code: 'unknown_sku' },
  })
  await shop.ask('/v1/products/nothing', 'PUT', { name: 'Soon', price })
  await expect
    .poll(() => shop.ask('/v1/availability/nothing'))
    .toMatchObject({ status: 200, body: { known: true, stores: [], availableFresh: 0 } })
  await shop.ask('/v1/products/nothing', 'DELETE')
  await expect.poll(() => shop.ask('/v1/availability/nothing')).toMatchObject({ status: 404 })
})

test('a batch of SKUs is answered in the order asked', async () => {
  const { status, body } = await shop.ask('/v1/availability', 'POST', {
    skus: ['SKU-3', 'nobody', 'SKU-1'],
    stores: ['store-1'],
    fields: ['available'],
  })
  expect(status).toBe(200)
  expect(body.items).toMatchObject([
    { sku: 'SKU-3', known: true, stores: [{ available: 0 }] },
    { sku: 'nobody', known: false, stores: [] },
    { sku: 'SKU-1', known: true, stores: [{ available: 82 }] },
  ])
})

describe("a store's shelf", () => {
  test('the availability of a store is read page by page', async () => {
    const first = await shop.ask('/v1/stores/store-1/availability?limit=2&fields=sku')
    expect(first.body.items).toEqual([{ sku: 'SKU-1' }, { sku: 'SKU-2' }])
    const second = await shop.ask(
      `/v1/stores/store-1/availability?limit=2&fields=sku&cursor=${first.body.next}`,
    )
    expect(second.body).toEqual({ items: [{ sku: 'SKU-3' }], next: null })
  })

  test('a row of a store page equals the row from the cache', async () => {
    const page = await shop.ask('/v1/stores/store-1/availability?limit=1')
    const cache = await shop.ask('/v1/availability/SKU-1?store=store-1')
    const { freshness: _, sku, ...row } = page.body.items[0]
    expect(sku).toBe('SKU-1')
    expect(cache.body.stores[0]).toMatchObject(row)
    expect(page.body.items[0].freshness.asOf).toBe(cache.body.stores[0].freshness.asOf)
  })

  test('the filter inStock leaves out rows whose units are all kept by the margin', async () => {
    const inStock = (limit: number, cursor = '') =>
      shop.ask(`/v1/stores/store-1/availability?inStock=true&fields=sku&limit=${limit}${cursor}`)
    expect((await inStock(10)).body).toEqual({ items: [{ sku: 'SKU-1' }, { sku: 'SKU-2' }], next: null })
    const first = await inStock(1)
    expect(first.body.items).toEqual([{ sku: 'SKU-1' }])
    const second = await inStock(1, `&cursor=${first.body.next}`)
    expect(second.body.items).toEqual([{ sku: 'SKU-2' }])
  })

  test('the availability of an unknown store is 404', async () => {
    const unknown = { status: 404, body: { code: 'unknown_store' } }
    expect(await shop.ask('/v1/stores/store-9/availability')).toMatchObject(unknown)
    expect(await shop.ask('/v1/availability/SKU-1?store=store-9')).toMatchObject(unknown)
  })
})

describe('bad input is refused, naming the field', () => {
  test.each([
    ['/v1/availability/%20a', 'path sku'],
    [`/v1/availability/${'x'.repeat(65)}`, 'path sku'],
    ['/v1/availability/a%00b', 'path sku'],
    ['/v1/availability/SKU-1?colour=red', 'query'],
    ['/v1/availability/SKU-1?inStock=yes', 'query inStock'],
    ['/v1/availability/SKU-1?store=', 'query store[0]'],
    ['/v1/availability/SKU-1?store=A', 'query store[0]'],
    ['/v1/availability/SKU-1?fields=price', 'query fields[0]'],
    ['/v1/availability/SKU-1?store=a&store=b', 'query store'],
    ['/v1/stores/store-1/availability?limit=0', 'query limit'],
    ['/v1/stores/store-1/availability?limit=1001', 'query limit'],
    ['/v1/stores/store-1/availability?limit=1.5', 'query limit'],
    ['/v1/stores/store-1/availability?cursor=WzFd', 'query cursor'],
    ['/v1/stores/store-1/availability?cursor=x', 'query cursor'],
    ['/v1/stores/Store/availability', 'path storeId'],
  ])('%s', async (path, field) => {
    const { status, body, headers } = await shop.ask(path)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field)
  })

  test.each([
    [{}, 'skus'],
    [{ skus: [] }, 'skus'],
    [{ skus: Array.from({ length: 101 }, (_, index) => `S${index}`) }, 'skus'],
    [{ skus: 'SKU-1' }, 'skus'],
    [{ skus: ['SKU-1', 7] }, 'skus[1]'],
    [{ skus: ['SKU-1', ''] }, 'skus[1]'],
    [{ skus: ['SKU-1'], inStock: 'true' }, 'inStock'],
    [{ skus: ['SKU-1'], fields: ['price'] }, 'fields[0]'],
    [{ skus: ['SKU-1'], store: 'store-1' }, 'body'],
    [[], 'body'],
    [null, 'body'],
  ])('a batch of %j', async (body, field) => {
    const answer = await shop.ask('/v1/availability', 'POST', body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field)
    expect(answer.body.detail).not.toContain('Invalid input')
  })

  test('an unknown path is 404, a wrong method 405 with the legal methods', async () => {
    expect(await shop.ask('/v1/nothing')).toMatchObject({ status: 404, body: { code: 'unknown_route' } })
    const wrong = await shop.ask('/v1/availability', 'DELETE')
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe('POST')
  })
})
