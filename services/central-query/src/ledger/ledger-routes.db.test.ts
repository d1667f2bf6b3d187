import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral()
  await shop.join('store-1', 'store-2')
  const rows = ['store-1', 'store-2'].flatMap((storeId) =>
    [1, 2].flatMap((epoch) =>
      [1, 2, 3].map((seq) => [
        ...[
          0,
          storeId,
          epoch,
          seq,
          seq === 2 ? 'milk' : 'bread',
          'sale',
          -1,
          0,
          9,
          0,
          'local',
          `${epoch}-${seq}`,
        ],
        ...['2026-05-01 09:30:00.123456', '2026-05-01 09:30:01', '2026-05-01 09:30:02'],
      ]),
    ),
  )
  await shop.pool.query(
    `INSERT INTO central_view.ledger (part, store_id, epoch, seq, sku, kind, on_hand_delta, held_delta, on_hand, held,
       caller, request_id, occurred_at, recorded_at, applied_at) VALUES ?`,
    [rows],
  )
  await shop.pool.query(
    `INSERT INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales) VALUES ?`,
    [
      ['2026-05-01', '2026-05-02', '2026-05-03'].map((day, index) => [
        0,
        'store-1',
        'milk',
        day,
        10 + index,
        1,
        5,
      ]),
    ],
  )
})
afterAll(() => shop[Symbol.asyncDispose]())

/** All pages of two, as `store epoch seq`. */
async function readAll(query: string): Promise<string[]> {
  const seen: string[] = []
  let cursor = ''
  do {
    const { body } = await shop.ask(`/v1/ledger?limit=2${query}${cursor}`)
    for (const { storeId, epoch, seq } of body.items) seen.push(`${storeId} ${epoch} ${seq}`)
    cursor = body.next === null ? '' : `&cursor=${body.next}`
  } while (cursor !== '')
  return seen
}

test('the ledger is read page by page in the order of store, epoch and seq, nothing twice or left out', async () => {
  const all = ['store-1', 'store-2'].flatMap((id) =>
    [1, 2].flatMap((epoch) => [1, 2, 3].map((seq) => `${id} ${epoch} ${seq}`)),
  )
  expect(await readAll('')).toEqual(all)
  expect(await readAll('&store=store-2')).toEqual(all.filter((key) => key.startsWith('store-2')))
  expect(await readAll('&sku=milk')).toEqual(all.filter((key) => key.endsWith('2')))
  expect(await readAll('&sku=milk&store=store-1')).toEqual(['store-1 1 2', 'store-1 2 2'])
  expect(await readAll('&sku=nothing')).toEqual([])
})

test('an entry is returned as the store wrote it', async () => {
  expect((await shop.ask('/v1/ledger?limit=1')).body.items[0]).toEqual({
    ...{ storeId: 'store-1', epoch: 1, seq: 1, sku: 'bread', kind: 'sale', onHandDelta: -1, heldDelta: 0 },
    ...{ onHand: 9, held: 0, holdId: null, caller: 'local', requestId: '1-1', reference: null, reason: null },
    ...{ occurredAt: '2026-05-01T09:30:00.123456Z', recordedAt: '2026-05-01T09:30:01.000Z' },
    appliedAt: '2026-05-01T09:30:02.000Z',
  })
})

test('daily sums are read by store, SKU and day', async () => {
  const { body } = await shop.ask(
    '/v1/sales/daily?store=store-1&sku=milk&from=2026-05-02&to=2026-05-03&limit=1',
  )
  expect(body.items).toEqual([
    { storeId: 'store-1', sku: 'milk', day: '2026-05-02', unitsSold: 11, unitsReturned: 1, sales: 5 },
  ])
  const second = await shop.ask(
    `/v1/sales/daily?store=store-1&sku=milk&from=2026-05-02&limit=1&cursor=${body.next}`,
  )
  expect(second.body).toMatchObject({ items: [{ day: '2026-05-03' }], next: null })
})

test.each(['cursor=WyJzdG9yZS0xIiwxXQ', 'cursor=x', 'limit=0', 'limit=1001', 'store=A', 'sku=', 'kind=sale'])(
  'the query %s is refused',
  async (query) => {
    expect(await shop.ask(`/v1/ledger?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  },
)

test.each(['from=2026-13-01', 'from=yesterday', 'to=2026-02-30'])(
  'the day of %s is refused',
  async (query) => {
    expect((await shop.ask(`/v1/sales/daily?${query}`)).status).toBe(400)
  },
)
