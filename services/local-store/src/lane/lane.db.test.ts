import { createConnection } from 'mysql2/promise'
import { afterAll, describe, expect, test } from 'vitest'
import { aWrite, brokenInvariants, journalOf, onHandOf, openStore, rowsOf } from '../testing/open-store.ts'

const store = await openStore()
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

const receive = (units: Record<string, number>) => lane.write(aWrite('receipt', units))

describe('sales of one SKU at once', () => {
  test('I5: 256 customers for 100 units: exactly 100 are served', async () => {
    await receive({ hot: 100 })
    const answers = await Promise.all(
      Array.from({ length: 256 }, () => lane.write(aWrite('sale', { hot: 1 }))),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(156)
    expect(await onHandOf(pool)).toMatchObject({ hot: 0 })
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test('I2: two processes on one database sell no unit twice and leave no gap', async () => {
    await receive({ shared: 100 })
    const other = store.openLane()
    const sell = (index: number) => (index % 2 === 0 ? lane : other).write(aWrite('sale', { shared: 1 }))
    const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => sell(index)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100)
    expect(await brokenInvariants(pool)).toEqual([])
  })
})

describe('the same key', () => {
  test('I6, I7: sent again while the first still runs waits for its answer and writes nothing', async () => {
    await receive({ again: 10 })
    const sale = aWrite('sale', { again: 1 })
    const other = store.openLane()
    const answers = await Promise.all([lane, other, lane, other, lane].map((each) => each.write(sale)))
    const [first] = answers
    expect(first?.status).toBe(201)
    for (const answer of answers) expect(answer).toEqual(first)
    expect(await lane.write(sale)).toEqual(first)
    expect(await onHandOf(pool)).toMatchObject({ again: 9 })
  })

  test('I7: a refusal stays the answer, also when goods have come since', async () => {
    const sale = aWrite('sale', { scarce: 5 })
    await receive({ scarce: 1 })
    const refused = await lane.write(sale)
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'insufficient_stock', lines: [{ onHand: 1, quantity: 5 }] },
    })
    await receive({ scarce: 10 })
    expect(await lane.write(sale)).toEqual(refused)
    expect((await lane.write(aWrite('sale', { scarce: 5 }))).status).toBe(201)
  })

  test('I7: what was recorded is answered again from the journal, to the letter and to another process too', async () => {
    await receive({ first: 3, second: 50 })
    const more = { policy: 'record', reference: 'Bon "7"', occurredAt: '2026-05-01T10:00:00.120Z' } as const
    const sale = aWrite('sale', { second: 2, first: 5 }, more)
    const answer = await lane.write(sale)
    // The discrepancy comes first, then the sale of what was not there.
    expect(answer).toMatchObject({ status: 201, body: { entries: { length: 3 } } })
    await Promise.all([receive({ first: 9 }), lane.write(aWrite('sale', { second: 1 }))])
    expect(JSON.stringify(await store.openLane().write(sale))).toBe(JSON.stringify(answer))
    const kept = await rowsOf(
      pool,
      `SELECT status, answer FROM requests WHERE request_id = '${sale.requestId}'`,
    )
    expect(kept).toEqual([{ status: 201, answer: null }])
  })

  test('with another body is refused, in the same batch and later', async () => {
    await receive({ reused: 10 })
    const key = 'till-7-000001'
    const pair = [aWrite('sale', { reused: 1 }, { key }), aWrite('sale', { reused: 2 }, { key })]
    const [first, second] = await Promise.all(pair.map((write) => lane.write(write)))
    expect([first?.status, second?.status]).toEqual([201, 422])
    expect(await lane.write(aWrite('return', { reused: 1 }, { key }))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
    expect(await onHandOf(pool)).toMatchObject({ reused: 9 })
  })

  test('I6: older than the answers that are kept still sells nothing twice', async () => {
    await receive({ old: 10 })
    const sale = aWrite('sale', { old: 1 })
    await lane.write(sale)
    await pool.query('DELETE FROM requests WHERE request_id = ?', [sale.requestId])
    expect(await lane.write(sale)).toMatchObject({ status: 409, body: { code: 'already_recorded' } })
    expect(await onHandOf(pool)).toMatchObject({ old: 9 })
  })
})

test('a request that can never be written is found and refused alone; its neighbours are answered', async () => {
  await receive({ good: 50 })
  const good = Array.from({ length: 20 }, () => aWrite('sale', { good: 1 }))
  // Too long for its column: the kind of thing that validation should have caught and did not.
  const poison = { ...aWrite('sale', { good: 1 }), reference: 'x'.repeat(500) }
  const answers = await Promise.allSettled(
    [...good.slice(0, 10), poison, ...good.slice(10)].map((write) => lane.write(write)),
  )
  const failed = answers.flatMap((answer, index) => (answer.status === 'rejected' ? [index] : []))
  expect(failed).toEqual([10])
  expect(await onHandOf(pool)).toMatchObject({ good: 30 })
  expect(await brokenInvariants(pool)).toEqual([])
})

test('all lines of a sale or none', async () => {
  await receive({ one: 5, two: 1 })
  const before = (await journalOf(pool)).length
  expect((await lane.write(aWrite('sale', { one: 1, two: 2 }))).status).toBe(409)
  expect(await journalOf(pool)).toHaveLength(before)
  expect(await onHandOf(pool)).toMatchObject({ one: 5, two: 1 })
})

test('a beat vouches for the entries of its own transaction, with the ping taken before', async () => {
  await Promise.all([receive({ beaten: 3 }), lane.beat(() => 1_790_000_000_000_000)])
  const [beat] = await rowsOf<Record<string, unknown>>(pool, 'SELECT * FROM heartbeats')
  const [head] = await rowsOf<{ next_seq: number; checksum: string }>(pool, 'SELECT * FROM head')
  expect(beat).toMatchObject({
    store_id: 'store-1',
    epoch: 1,
    seq: (head?.next_seq ?? 0) - 1,
    ping: 1_790_000_000_000_000,
    checksum: head?.checksum,
  })
})

test.each([
  'UPDATE journal SET on_hand = 0',
  'DELETE FROM journal',
  'DELETE FROM stock',
  'DROP TABLE journal',
])('the service may not: %s', async (statement) => {
  await expect(pool.query(statement)).rejects.toMatchObject({ code: 'ER_TABLEACCESS_DENIED_ERROR' })
})

test('units of a row that is overlooked are not written over by a new row: the write fails', async () => {
  await receive({ overlooked: 40 })
  const root = await createConnection(store.root)
  // As if a later version folded this SKU in another way.
  await root.query("UPDATE stock SET sku_folded = 'folded in another way' WHERE sku = 'overlooked'")
  await expect(receive({ overlooked: 2 })).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
  expect(await onHandOf(pool)).toMatchObject({ overlooked: 40 })
  await root.query("UPDATE stock SET sku_folded = 'overlooked' WHERE sku = 'overlooked'")
  await root.end()
  expect(await brokenInvariants(pool)).toEqual([])
})
