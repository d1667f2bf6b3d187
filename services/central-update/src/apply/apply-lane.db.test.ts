import { connectLane, createPool, type RowDataPacket, transact } from '@shelfwire/mysql'
import { openProxy } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { PROJECTIONS } from '../projections.ts'
import type { PartitionSlice } from '../records/partition-slice.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import type { Applied } from './apply-lane.ts'
import { type ApplyLanesOptions, createApplyLanes } from './apply-lanes.ts'

function openLane(central: CentralDatabase, options: Partial<ApplyLanesOptions> = {}) {
  const turns: Applied[] = []
  const troubles: unknown[] = []
  const lane = createApplyLanes({
    lanes: 1,
    projections: PROJECTIONS,
    database: central.service,
    topic: 'journal',
    now: () => new Date(NOON_US / 1_000),
    latestPingUs: () => Number.MAX_SAFE_INTEGER,
    liveRecords: 200,
    catchUpRecords: 1_000,
    onApplied: (turn) => turns.push(turn),
    onTrouble: ({ error }) => troubles.push(error),
    ...options,
  })
  return {
    ...lane,
    turns,
    troubles,
    sum: (outcome: 'applied' | 'duplicate' | 'parked') =>
      turns.flatMap(({ plans }) => plans).reduce((sum, { counts }) => sum + counts[outcome], 0),
    [Symbol.asyncDispose]: () => lane.close(),
  }
}

function slicesOf(records: JournalRecord[], size = 50): PartitionSlice[] {
  const slices: PartitionSlice[] = []
  for (let start = 0; start < records.length; start += size) {
    const slice = records.slice(start, start + size)
    slices.push({ partition: 0, records: slice, nextOffset: start + slice.length, behind: 0 })
  }
  return slices
}

function longJournal(entries: number) {
  const store = sampleStore()
  for (let index = 0; index < entries; index += 1) {
    if (index < 20) store.receive(`SKU-${index}`, 1_000)
    else store.sell(`SKU-${index % 20}`, 1)
  }
  store.beat(NOON_US)
  return store
}

test('I10: two processes that are handed the same records apply each of them once', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const { records, checksum } = longJournal(999)
  await using one = openLane(central)
  await using other = openLane(central)
  await Promise.all(slicesOf(records).flatMap((slice) => [one.push(slice), other.push(slice)]))
  // The beat may count in both: it is a proof and not a fact, and proving it twice changes nothing.
  expect(one.sum('applied') + other.sum('applied')).toBeGreaterThanOrEqual(1_000)
  expect(one.sum('applied') + other.sum('applied')).toBeLessThanOrEqual(1_001)
  expect(await central.rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([{ count: 999 }])
  expect(await central.rows('SELECT seq, checksum, as_of, suspect_reason FROM cursors')).toEqual([
    { seq: 999, checksum: checksum(), as_of: NOON_US, suspect_reason: null },
  ])
  expect(await central.rows('SELECT SUM(sales) AS sales FROM central_view.daily_sales')).toEqual([
    { sales: '979' },
  ])
  expect(await central.rows('SELECT * FROM gaps')).toEqual([])
  const numbers = (await central.feed()).map(({ number }) => number)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})

test('I10: a database that goes silent about a COMMIT, as on a full disk, is left, and the records are applied once', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const { records } = longJournal(299)
  const proxy = await openProxy(central.service)
  const database = { ...central.service, port: proxy.port }
  await using lane = openLane(central, { database, answerWithinMs: 500 })
  const slices = slicesOf(records)
  await Promise.all(slices.slice(0, 2).map(lane.push))
  proxy.onClientText('COMMIT', 'keep the answer back')
  await Promise.all(slices.slice(2).map(lane.push))
  expect(proxy.cuts).toBe(1)
  expect(lane.troubles).toMatchObject([{ code: 'outcome_unknown' }])
  expect(await central.rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([{ count: 299 }])
  expect(await central.rows('SELECT seq, suspect_reason FROM cursors')).toEqual([
    { seq: 299, suspect_reason: null },
  ])
})

test('I10: a process that is killed between COMMIT and its offset does no harm: the records come again', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const { records } = longJournal(299)
  {
    await using killed = openLane(central)
    await Promise.all(slicesOf(records.slice(0, 200)).map(killed.push))
  }
  await using next = openLane(central)
  await Promise.all(slicesOf(records).map(next.push))
  expect([next.sum('applied'), next.sum('duplicate')]).toEqual([100, 200])
  expect(await central.rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([{ count: 299 }])
})

test('while live a transaction stays small; far behind it grows', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  await using lane = openLane(central)
  await Promise.all(slicesOf(longJournal(3_299).records).map(lane.push))
  const sizes = lane.turns.map(({ slices }) => slices.reduce((sum, { records }) => sum + records.length, 0))
  expect(sizes).toEqual([1_000, 1_000, 1_000, 300])
  const positions = lane.turns.map(({ nextOffsets }) => nextOffsets.get(0))
  expect(positions).toEqual([1_000, 2_000, 3_000, 3_300])
})

test('a record that the database refuses is parked alone, and everything around it is applied', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const root = createPool(central.root, { connections: 1 })
  await root.query("ALTER TABLE central_view.ledger ADD CONSTRAINT poison CHECK (sku <> 'POISON')")
  await root.end()
  const store = longJournal(60)
  store.receive('POISON', 1)
  store.sell('SKU-1', 1)
  await using lane = openLane(central)
  await Promise.all(slicesOf(store.records).map(lane.push))
  expect([lane.sum('applied'), lane.sum('parked')]).toEqual([62, 1])
  expect(await central.rows('SELECT record_offset, reason FROM parked')).toMatchObject([
    { record_offset: 61, reason: expect.stringMatching(/^it can't be applied: .*poison/) },
  ])
  expect(await central.rows('SELECT from_seq, to_seq FROM gaps')).toEqual([{ from_seq: 61, to_seq: 61 }])
})

test.each(['lose the answer', 'lose the question'] as const)(
  'an alarm is raised once when COMMIT gets no answer (%s), though the next attempt may meet repeats',
  async (cut) => {
    await using central = await openCentral()
    await central.register('store-1')
    const proxy = await openProxy(central.service)
    const store = longJournal(20)
    store.beat(NOON_US + 1, { checksum: '00000000000000ff' })
    await using lane = openLane(central, { database: { ...central.service, port: proxy.port } })
    proxy.onClientText('COMMIT', cut)
    await Promise.all(slicesOf(store.records).map(lane.push))
    expect(proxy.cuts).toBe(1)
    const alarms = lane.turns.flatMap((turn) => turn.alarms)
    expect(alarms.map(({ reason, storeId }) => [reason, storeId])).toEqual([['checksum', 'store-1']])
  },
)

test('a session that is lost in the middle of a transaction is reopened, and nothing is lost or repeated', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const { records } = longJournal(99)
  await using lane = openLane(central)
  await Promise.all(slicesOf(records.slice(0, 50)).map(lane.push))

  const root = createPool(central.root, { connections: 2 })
  const blocker = await central.pool.getConnection()
  // Another session holds the cursor, so that the lane stands in the middle of its transaction when it is cut off.
  const rest = await transact(blocker, async (trx) => {
    await trx.rows("SELECT 1 FROM cursors WHERE store_id = 'store-1' FOR UPDATE")
    const pushed = Promise.all(slicesOf(records).map(lane.push))
    const waiting = () =>
      central.rows("SELECT id FROM information_schema.processlist WHERE info LIKE '%FROM cursors%FOR UPDATE'")
    await expect.poll(waiting, { timeout: 5_000 }).toHaveLength(1)
    const [session] = await waiting()
    await root.query(`KILL ${session?.id ?? session?.ID}`)
    await expect.poll(() => lane.troubles).toHaveLength(1)
    return { pushed }
  })
  blocker.release()
  await rest.pushed
  await root.end()
  expect(await central.rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([{ count: 99 }])
  expect(await central.rows('SELECT seq, suspect_reason FROM cursors')).toEqual([
    { seq: 99, suspect_reason: null },
  ])
})

test('I10: two processes that take turns at one store go on from what the other wrote', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const { records, checksum, levels } = longJournal(899)
  await using one = openLane(central)
  await using other = openLane(central)
  // In turns, so that each finds the cursor where the other left it.
  for (const [index, slice] of slicesOf(records, 100).entries())
    await (index % 2 === 0 ? one : other).push(slice)
  expect(await central.rows('SELECT seq, checksum, as_of, suspect_reason FROM cursors')).toEqual([
    { seq: 899, checksum: checksum(), as_of: NOON_US, suspect_reason: null },
  ])
  const rows = await central.rows('SELECT sku, on_hand FROM stock ORDER BY sku')
  expect(new Map(rows.map(({ sku, on_hand }) => [sku, on_hand]))).toEqual(
    new Map([...levels.values()].map(({ sku, onHand }) => [sku, onHand])),
  )
})

/** Until a transaction of the server waits for a lock. The table is a cache that is refreshed only when it was not read for 100 ms. */
async function someoneWaits(central: CentralDatabase): Promise<void> {
  const root = createPool(central.root, { connections: 1 })
  const waiting = "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
  await expect
    .poll(async () => (await root.query<RowDataPacket[]>(waiting))[0], { timeout: 15_000, interval: 200 })
    .toHaveLength(1)
  await root.end()
}

test('levels are locked in the order of (SKU, store), those that this process wrote last, too', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = sampleStore()
  for (const sku of ['A', 'B']) store.receive(sku, 10)
  await using before = openLane(central)
  await Promise.all(slicesOf(store.records).map(before.push))
  await using lane = openLane(central)
  await lane.push({ partition: 0, records: [store.sell('A', 1)], nextOffset: 3, behind: 0 })

  // Another transaction takes the same two levels in the same order, as a reservation does.
  const other = await connectLane(central.service)
  const lock = 'SELECT on_hand FROM stock WHERE part = 0 AND sku = ? FOR UPDATE'
  await other.query('START TRANSACTION')
  await other.query(lock, ['A'])
  const records = [store.sell('A', 1), store.sell('B', 1)]
  const applied = lane.push({ partition: 0, records, nextOffset: 5, behind: 0 })
  await someoneWaits(central)
  await other.query(lock, ['B'])
  await other.query('COMMIT')
  await applied
  expect(lane.troubles).toEqual([])
  expect(await central.rows('SELECT sku, on_hand FROM stock ORDER BY sku')).toEqual([
    { sku: 'A', on_hand: 8 },
    { sku: 'B', on_hand: 9 },
  ])
  await other.end()
})

test("an opened epoch locks its store's levels in one order with other stores' levels", async () => {
  await using central = await openCentral()
  const stores = ['store-1', 'store-2'].map((storeId) => sampleStore(storeId))
  for (const store of stores) {
    await central.register(store.storeId)
    for (const sku of ['A', 'B']) store.receive(sku, 10)
  }
  await using before = openLane(central)
  await using lane = openLane(central)
  const [one, two] = stores as [(typeof stores)[number], (typeof stores)[number]]
  await Promise.all(slicesOf([...one.records, ...two.records]).map(before.push))

  // The opening store has A without naming it, the other store's B is in the same batch.
  const other = await connectLane(central.service)
  const lock = 'SELECT on_hand FROM stock WHERE part = 0 AND sku = ? AND store_id = ? FOR UPDATE'
  await other.query('START TRANSACTION')
  await other.query(lock, ['A', 'store-1'])
  const first = one.records.length
  one.openEpoch({ B: 5 })
  const records = [two.sell('B', 1), ...one.records.slice(first)]
  const applied = lane.push({ partition: 0, records, nextOffset: 10, behind: 0 })
  await someoneWaits(central)
  await other.query(lock, ['B', 'store-2'])
  await other.query('COMMIT')
  await applied
  expect(lane.troubles).toEqual([])
  expect(await central.rows('SELECT sku, store_id, on_hand FROM stock ORDER BY sku, store_id')).toEqual([
    { sku: 'A', store_id: 'store-1', on_hand: 0 },
    { sku: 'A', store_id: 'store-2', on_hand: 10 },
    { sku: 'B', store_id: 'store-1', on_hand: 5 },
    { sku: 'B', store_id: 'store-2', on_hand: 9 },
  ])
  await other.end()
})

test('what central has promised stays when a level is written', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = longJournal(40)
  await using lane = openLane(central)
  await Promise.all(slicesOf(store.records).map(lane.push))
  await central.pool.query("UPDATE stock SET pending = 3 WHERE sku = 'SKU-1'")
  await lane.push({ partition: 0, records: [store.sell('SKU-1', 1)], nextOffset: 42, behind: 0 })
  expect(await central.rows("SELECT on_hand, pending FROM stock WHERE sku = 'SKU-1'")).toEqual([
    { on_hand: 998, pending: 3 },
  ])
  // The feed has what changed; readers keep the rest.
  const [changed] = (await central.feed()).at(-1)?.changes.stock ?? []
  expect(changed).toMatchObject({ sku: 'SKU-1', onHand: 998 })
  expect(changed).not.toHaveProperty('pending')
})

test('I10: what a process remembers is forgotten, too, when all it got since was a beat', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = longJournal(99)
  await using one = openLane(central)
  await using other = openLane(central)
  let offset = 0
  const push = (lane: typeof one, record: JournalRecord) =>
    lane.push({ partition: 0, records: [record], nextOffset: ++offset, behind: 0 })
  for (const record of store.records) await push(one, record)
  await push(other, store.sell('SKU-1', 5))
  // Needs no level, so that nothing is read that could show how far the other has come.
  await push(one, store.beat(NOON_US + 1))
  await push(one, store.sell('SKU-1', 1))
  await push(one, store.beat(NOON_US + 2))
  expect(await central.rows('SELECT checksum, suspect_reason FROM cursors')).toEqual([
    { checksum: store.checksum(), suspect_reason: null },
  ])
})

test('I10: a deadlock in the middle of a batch leaves nothing of it behind', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = longJournal(60)
  await using lane = openLane(central)
  await Promise.all(slicesOf(store.records).map(lane.push))
  const root = createPool(central.root, { connections: 2 })
  const rival = await root.getConnection()
  const before = store.records.length
  for (let sale = 0; sale < 40; sale += 1) store.sell(`SKU-${sale % 20}`, 1)
  store.beat(NOON_US + 1)

  await rival.query('START TRANSACTION')
  // The server ends the transaction that has written less.
  const many = Array.from({ length: 2_000 }, (_, sku) => [0, 'rival', `S-${sku}`, '2026-01-01', 0, 0, 0])
  await rival.query(
    'INSERT INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales) VALUES ?',
    [many],
  )
  await rival.query("SELECT 1 FROM central_view.daily_sales WHERE store_id = 'store-1' FOR UPDATE")
  const pushed = lane.push({
    partition: 0,
    records: store.records.slice(before),
    nextOffset: store.records.length,
    behind: 0,
  })
  const waiting = () =>
    central.rows(
      "SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT INTO central_view.daily_sales%'",
    )
  await expect.poll(waiting, { timeout: 5_000 }).toHaveLength(1)
  await rival.query("SELECT 1 FROM stock WHERE part = 0 AND store_id = 'store-1' FOR UPDATE")
  await rival.query('ROLLBACK')
  rival.release()
  await pushed
  await root.end()

  expect(lane.troubles).toMatchObject([{ code: 'ER_LOCK_DEADLOCK' }])
  expect(await central.rows('SELECT seq, checksum, suspect_reason FROM cursors')).toEqual([
    { seq: store.seq(), checksum: store.checksum(), suspect_reason: null },
  ])
  expect(await central.rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([
    { count: store.seq() },
  ])
  const sold = [...store.records].filter(
    ({ content }) => content.type === 'entry' && content.entry.kind === 'sale',
  )
  expect(await central.rows('SELECT SUM(sales) AS sales FROM central_view.daily_sales')).toEqual([
    { sales: String(sold.length) },
  ])
  expect(lane.sum('duplicate')).toBe(0)
})
