import { afterAll, describe, expect, test } from 'vitest'
import { openShop } from './testing/open-shop.ts'
import { brokenInvariants } from './testing/open-store.ts'

const { ask, store, close } = await openShop()
afterAll(close)

const line = (sku: string, quantity: number) => ({ sku, quantity })

test('the first example: three SKUs arrive in store 1 with 100, 150 and 200 units', async () => {
  const lines = [line('SKU-1', 100), line('SKU-2', 150), line('SKU-3', 200)]
  const { status, body } = await ask('POST', '/v1/receipts', { lines, reference: 'delivery 1' })
  expect(status).toBe(201)
  expect(
    body.entries.map(({ seq, sku, onHand }: { seq: number; sku: string; onHand: number }) => [
      seq,
      sku,
      onHand,
    ]),
  ).toEqual([
    [1, 'SKU-1', 100],
    [2, 'SKU-2', 150],
    [3, 'SKU-3', 200],
  ])
  expect((await ask('GET', '/v1/stock/SKU-2')).body).toMatchObject({
    sku: 'SKU-2',
    onHand: 150,
    held: 0,
    seq: 2,
  })
})

test('a sale answers with its entries and the levels after them; sent again, with the same', async () => {
  const sale = { lines: [line('SKU-1', 2), line('SKU-2', 1), line('SKU-1', 1)] }
  const key = { 'idempotency-key': 'till-1-0001' }
  const first = await ask('POST', '/v1/sales', sale, key)
  expect(first).toMatchObject({
    status: 201,
    body: {
      storeId: 'store-1',
      entries: [
        { seq: 4, sku: 'SKU-1', kind: 'sale', onHandDelta: -3, onHand: 97 },
        { seq: 5, sku: 'SKU-2', kind: 'sale', onHandDelta: -1, onHand: 149 },
      ],
    },
  })
  const again = await ask('POST', '/v1/sales', sale, key)
  expect([again.status, again.body]).toEqual([first.status, first.body])
})

test('each kind of write does what its name says', async () => {
  await ask('POST', '/v1/returns', { lines: [line('SKU-1', 1)] })
  await ask('POST', '/v1/adjustments', { lines: [line('SKU-2', -9)], reason: 'broken' })
  await ask('POST', '/v1/counts', { lines: [line('SKU-3', 190)], observedAt: new Date().toISOString() })
  const { body } = await ask('GET', '/v1/stock?fields=sku,onHand')
  expect(body).toEqual({
    items: [
      { sku: 'SKU-1', onHand: 98 },
      { sku: 'SKU-2', onHand: 140 },
      { sku: 'SKU-3', onHand: 190 },
    ],
    next: null,
  })
})

test('only receipts are restocking', async () => {
  const before = (await ask('GET', '/v1/stock/SKU-1')).body.lastRestockedAt
  await ask('POST', '/v1/returns', { lines: [line('SKU-1', 1)] })
  expect((await ask('GET', '/v1/stock/SKU-1')).body.lastRestockedAt).toBe(before)
  await ask('POST', '/v1/sales', { lines: [line('SKU-1', 1)] })
  await ask('POST', '/v1/receipts', { lines: [line('SKU-1', 1)], occurredAt: '2026-01-02T03:04:05Z' })
  expect((await ask('GET', '/v1/stock/SKU-1')).body.lastRestockedAt).toBe(before)
})

test('a sale that has happened is recorded beyond the shelf', async () => {
  const { body } = await ask('POST', '/v1/sales', { lines: [line('found', 2)], policy: 'record' })
  expect(body.entries.map(({ kind, onHand }: { kind: string; onHand: number }) => [kind, onHand])).toEqual([
    ['discrepancy', 2],
    ['sale', 0],
  ])
})

test('goods that this store never stocked can be taken back', async () => {
  const lines = [line('elsewhere', 2)]
  expect((await ask('POST', '/v1/returns', { lines })).status).toBe(404)
  expect(await ask('POST', '/v1/returns', { lines, policy: 'record' })).toMatchObject({
    status: 201,
    body: { entries: [{ kind: 'return', onHandDelta: 2, onHand: 2 }] },
  })
  expect(await ask('POST', '/v1/sales', { lines })).toMatchObject({ status: 201 })
})

describe('pages', () => {
  test('of the stock and the journal follow their cursors to the end', async () => {
    const all: string[] = []
    let cursor = ''
    do {
      const { body } = await ask('GET', `/v1/stock?limit=3&fields=sku${cursor}`)
      all.push(...body.items.map(({ sku }: { sku: string }) => sku))
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    expect(all).toEqual(['SKU-1', 'SKU-2', 'SKU-3', 'elsewhere', 'found'])

    const first = await ask('GET', '/v1/journal?limit=2&sku=SKU-1')
    const second = await ask('GET', `/v1/journal?limit=2&sku=SKU-1&cursor=${first.body.next}`)
    const kinds = [...first.body.items, ...second.body.items].map(({ kind }) => kind)
    expect(kinds).toEqual(['receipt', 'sale', 'return', 'return'])
    expect((await ask('GET', '/v1/journal?after=3&limit=1&fields=seq')).body.items).toEqual([{ seq: 4 }])
    expect((await ask('GET', '/v1/journal?after=3&epoch=2')).body).toEqual({ items: [], next: null })
  })
})

describe('a batch', () => {
  test('answers each request by itself, in their order, and a bad one leaves the others alone', async () => {
    const { status, body } = await ask('POST', '/v1/batches', {
      requests: [
        { kind: 'receipt', idempotencyKey: 'b-1', lines: [line('batch', 5)] },
        { kind: 'sale', idempotencyKey: 'b-2', lines: [line('batch', 2)] },
        { kind: 'sale', idempotencyKey: 'b-2', lines: [line('batch', 2)] },
        { kind: 'sale', idempotencyKey: 'b-2', lines: [line('batch', 3)] },
        { kind: 'sale', idempotencyKey: 'b-3', lines: [line('batch', 0)] },
        { kind: 'sale', idempotencyKey: 'b-4', lines: [line('batch', 9)] },
        { kind: 'gift', idempotencyKey: 'b-5', lines: [line('batch', 1)] },
        null,
        { kind: 'adjustment', idempotencyKey: 'b-6', lines: [line('batch', -1)], reason: 'eaten' },
      ],
    })
    expect(status).toBe(200)
    expect(body.answers.map(({ status }: { status: number }) => status)).toEqual([
      201, 201, 201, 422, 400, 409, 400, 400, 201,
    ])
    expect(body.answers[4].body.errors).toEqual([
      { field: 'lines[0].quantity', message: 'must be a whole number from 1 to 1000000' },
    ])
    expect((await ask('GET', '/v1/stock/batch')).body.onHand).toBe(2)
  })

  test('is the same request as the one posted alone', async () => {
    const sale = { lines: [line('batch', 1)] }
    const alone = await ask('POST', '/v1/sales', sale, { 'idempotency-key': 'alone-1' })
    const { body } = await ask('POST', '/v1/batches', {
      requests: [{ kind: 'sale', idempotencyKey: 'alone-1', ...sale }],
    })
    expect(body.answers).toEqual([{ idempotencyKey: 'alone-1', status: 201, body: alone.body }])
  })
})

test('I13: a store cut off from Kafka is ready, sells, and says what it is cut off from', async () => {
  expect((await ask('GET', '/readyz')).status).toBe(200)
  expect((await ask('POST', '/v1/sales', { lines: [line('SKU-3', 1)] })).status).toBe(201)
  expect((await ask('GET', '/v1/status')).body.cutOffFrom).toEqual([
    'Kafka: nothing heard yet',
    "central's clock: nothing heard yet",
  ])
})

test('the document describes every route', async () => {
  const { body } = await ask('GET', '/openapi.json')
  expect(Object.keys(body.paths).sort()).toEqual(
    [
      'sales',
      'returns',
      'receipts',
      'adjustments',
      'counts',
      'batches',
      'stock',
      'stock/{sku}',
      'recounts',
      'journal',
      'status',
    ]
      .map((path) => `/v1/${path}`)
      .sort(),
  )
})

test('the books hold after all that', async () => {
  expect(await brokenInvariants(store.pool)).toEqual([])
})
