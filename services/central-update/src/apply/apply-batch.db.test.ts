import { connectLane, createPool, type Pool, type Transaction, transact } from '@shelfwire/mysql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, type SampleStore, sampleStore } from '../testing/sample-store.ts'
import { applyBatch } from './apply-batch.ts'
import type { BatchPlan } from './plan-batch.ts'

let central: CentralDatabase
let pool: Pool
let register: CentralDatabase['register']
let rows: CentralDatabase['rows']

beforeEach(async () => {
  central = await openCentral()
  ;({ pool, register, rows } = central)
  await register('store-1')
  await register('store-2')
})
afterEach(() => central[Symbol.asyncDispose]())

const optionsAt = (nowUs: number, badRuns = new Map<number, number>()) => ({
  topic: 'journal',
  part: 0,
  nowUs,
  latestPingUs: nowUs + 500_000,
  badRuns,
  projections: PROJECTIONS,
})

async function apply(
  records: JournalRecord[],
  { nowUs = NOON_US, badRuns = new Map<number, number>() } = {},
): Promise<BatchPlan> {
  const connection = await pool.getConnection()
  try {
    return await transact(connection, (trx) => applyBatch(trx, records, optionsAt(nowUs, badRuns)))
  } finally {
    connection.release()
  }
}

const stockOf = async (storeId: string) =>
  Object.fromEntries(
    (await rows(`SELECT sku, on_hand FROM stock WHERE store_id = '${storeId}' ORDER BY sku`)).map(
      ({ sku, on_hand }) => [sku, on_hand],
    ),
  )
const cursorOf = async (storeId: string) =>
  (await rows(`SELECT * FROM cursors WHERE store_id = '${storeId}'`))[0]
const levelsOf = (store: SampleStore) =>
  Object.fromEntries([...store.levels.values()].map(({ sku, onHand }) => [sku, onHand]))
const feed = () => central.feed()

function busyStore(): SampleStore {
  const store = sampleStore()
  store.receive('SKU-1', 100)
  store.receive('SKU-2', 50)
  for (let sale = 0; sale < 10; sale += 1) store.sell(sale % 2 === 0 ? 'SKU-1' : 'SKU-2', 1)
  return store
}

describe('a batch', () => {
  test('I3: brings central to the levels of the store, proved by a beat', async () => {
    const store = busyStore()
    store.beat(NOON_US - 1_000)
    const plan = await apply(store.records)
    expect(plan.counts).toMatchObject({ applied: 13, duplicate: 0, parked: 0 })
    expect(await stockOf('store-1')).toEqual({ 'SKU-1': 95, 'SKU-2': 45 })
    expect(await cursorOf('store-1')).toMatchObject({
      seq: 12,
      checksum: store.checksum(),
      as_of: NOON_US - 1_000,
      suspect_reason: null,
    })
  })

  test('I10: that comes again changes nothing and is counted as duplicates', async () => {
    const store = busyStore()
    store.beat(NOON_US - 1_000)
    await apply(store.records)
    const before = [
      await rows('SELECT * FROM stock'),
      await rows('SELECT * FROM central_view.daily_sales'),
      await feed(),
    ]
    const again = await apply(store.records.slice(0, -1))
    expect(again.counts).toMatchObject({ applied: 0, duplicate: 12, parked: 0 })
    expect([
      await rows('SELECT * FROM stock'),
      await rows('SELECT * FROM central_view.daily_sales'),
      await feed(),
    ]).toEqual(before)
    expect(await rows('SELECT COUNT(*) AS count FROM central_view.ledger')).toEqual([{ count: 12 }])
  })

  test('I10: of a store that is seen for the first time minds what another process found meanwhile', async () => {
    const store = sampleStore()
    const first = store.receive('SKU-1', 1)
    const missing = store.receive('SKU-1', 2)
    const last = store.receive('SKU-1', 3)
    const connection = await pool.getConnection()
    const plan = await transact(connection, (trx) => {
      // We have seen no cursor; before we begin one, the other process has, with a gap where our second entry belongs.
      const late: Transaction = {
        ...trx,
        async run(sql, values) {
          if (sql.startsWith('INSERT IGNORE INTO cursors')) await apply([first, last])
          return trx.run(sql, values)
        },
      }
      return applyBatch(late, [first, missing], optionsAt(NOON_US))
    })
    connection.release()
    expect(plan.counts).toMatchObject({ applied: 1, duplicate: 1, parked: 0 })
    expect(await cursorOf('store-1')).toMatchObject({ seq: 3, suspect_reason: null })
    expect(await rows('SELECT * FROM gaps')).toEqual([])
    expect(await rows('SELECT seq FROM central_view.ledger ORDER BY seq')).toEqual(
      [1, 2, 3].map((seq) => ({ seq })),
    )
  })

  test('of few records of known stores is two messages to the server', async () => {
    const store = busyStore()
    await apply(store.records)
    const connection = await connectLane(central.service)
    const messages: string[] = []
    const query = connection.query.bind(connection)
    connection.query = ((message: { sql: string }) => {
      messages.push(message.sql)
      return query(message)
    }) as typeof connection.query
    const options = { ...optionsAt(NOON_US + 1), begunStores: new Set(['store-1']) }
    const records = [store.sell('SKU-2', 1), store.sell('SKU-1', 1), store.receive('SKU-3', 1)]
    await transact(connection, (trx) => applyBatch(trx, records, options))
    expect(messages).toHaveLength(2)
    // The cursors first, then every level, then what is written, the feed last.
    expect(messages[0]).toMatch(/FROM cursors .* FOR UPDATE;[\s\S]*FROM stock .* FOR UPDATE$/)
    expect(messages[1]).toMatch(/^INSERT INTO stock[\s\S]*feed_head[\s\S]*COMMIT$/)
    await connection.end()
  })

  test('adds up what was sold and returned on each day', async () => {
    const store = sampleStore()
    store.receive('SKU-1', 100)
    store.sell('SKU-1', 3)
    store.takeBack('SKU-1', 1)
    await apply(store.records)
    store.records.length = 0
    store.sell('SKU-1', 2)
    store.entry('sale', 'SKU-1', -5, { occurredAtUs: NOON_US + 86_400_000_000 })
    await apply(store.records)
    expect(
      await rows('SELECT day, units_sold, units_returned, sales FROM central_view.daily_sales ORDER BY day'),
    ).toEqual([
      { day: '2026-05-01', units_sold: 5, units_returned: 1, sales: 2 },
      { day: '2026-05-02', units_sold: 5, units_returned: 0, sales: 1 },
    ])
  })

  test("adds up by the days of each store's zone; a new zone counts from then on", async () => {
    // central-query's user sets the zone, and this service's may not.
    const root = createPool(central.root, { connections: 1 })
    const zone = (name: string) => root.query("UPDATE stores SET zone = ? WHERE store_id = 'store-1'", [name])
    const [tokyo, utc] = [sampleStore(), sampleStore('store-2')]
    // 17:00 in UTC is 02:00 of the next day in Tokyo.
    const late = { occurredAtUs: NOON_US + 5 * 3_600_000_000 }
    const sums = () =>
      rows('SELECT store_id, day, units_sold FROM central_view.daily_sales ORDER BY store_id, day')
    await zone('Asia/Tokyo')
    await apply([tokyo.entry('receipt', 'A', 9), utc.entry('receipt', 'A', 9)])
    await apply([tokyo.entry('sale', 'A', -1, late), utc.entry('sale', 'A', -2, late), tokyo.sell('A', 3)])
    const summed = [
      { store_id: 'store-1', day: '2026-05-01', units_sold: 3 },
      { store_id: 'store-1', day: '2026-05-02', units_sold: 1 },
      { store_id: 'store-2', day: '2026-05-01', units_sold: 2 },
    ]
    expect(await sums()).toEqual(summed)
    await zone('UTC')
    await apply([tokyo.entry('sale', 'A', -4, late)])
    expect(await sums()).toEqual([{ ...summed[0], units_sold: 7 }, ...summed.slice(1)])
    await root.end()
  })

  test('writes absolute levels to the feed under the next number, and nothing when nothing changed', async () => {
    const store = sampleStore()
    await apply([store.receive('SKU-1', 10)])
    await pool.query("UPDATE stock SET pending = 4 WHERE sku = 'SKU-1'")
    await apply([store.sell('SKU-1', 1), store.beat(NOON_US - 5)])
    await apply([store.beat(NOON_US - 5)])
    const entries = await feed()
    expect(entries.map(({ number }) => number)).toEqual([1, 2])
    expect(entries[1]?.changes).toEqual({
      stock: [
        {
          storeId: 'store-1',
          sku: 'SKU-1',
          onHand: 9,
          held: 0,
          updatedAtUs: NOON_US + 2_000_000,
        },
      ],
      freshness: [{ storeId: 'store-1', asOfUs: NOON_US - 5, suspect: null, rebuilding: false }],
    })
  })
})

describe('a gap', () => {
  test('I2: makes a gap and a suspect store; the entries that were missing fill it', async () => {
    const store = busyStore()
    const { records } = store
    await apply([...records.slice(0, 3), ...records.slice(6)])
    expect(await rows('SELECT from_seq, to_seq FROM gaps')).toEqual([{ from_seq: 4, to_seq: 6 }])
    expect(await cursorOf('store-1')).toMatchObject({
      seq: 12,
      suspect_reason: '3 entries missing (seq 4–6), resync not yet requested',
    })
    await apply([records[4] as JournalRecord])
    expect(await rows('SELECT from_seq, to_seq FROM gaps')).toEqual([
      { from_seq: 4, to_seq: 4 },
      { from_seq: 6, to_seq: 6 },
    ])
    await apply([records[5] as JournalRecord, records[3] as JournalRecord, store.beat(NOON_US)])
    expect(await rows('SELECT * FROM gaps')).toEqual([])
    expect(await stockOf('store-1')).toEqual(levelsOf(store))
    expect(await cursorOf('store-1')).toMatchObject({
      as_of: NOON_US,
      suspect_reason: null,
      checksum: store.checksum(),
    })
    expect(await rows('SELECT SUM(sales) AS sales FROM central_view.daily_sales')).toEqual([{ sales: '10' }])
  })

  test('is seen by the beat when the last entries are the lost ones; I12: such a beat proves nothing', async () => {
    const store = sampleStore()
    await apply([store.receive('SKU-1', 10), store.beat(NOON_US - 100)])
    store.sell('SKU-1', 1)
    await apply([store.beat(NOON_US)])
    expect(await rows('SELECT from_seq, to_seq FROM gaps')).toEqual([{ from_seq: 2, to_seq: 2 }])
    expect(await cursorOf('store-1')).toMatchObject({ as_of: NOON_US - 100 })
  })

  test('filled late does not bring an old level back', async () => {
    const store = sampleStore()
    const received = store.receive('SKU-1', 10)
    const early = store.sell('SKU-1', 1)
    const late = store.sell('SKU-1', 2)
    await apply([received, late])
    await apply([early])
    expect(await stockOf('store-1')).toEqual({ 'SKU-1': 7 })
  })
})

describe('a record that is not as it should be', () => {
  test('a repeat with another content is a divergence: alarmed, and the store stays suspect', async () => {
    const store = busyStore()
    await apply(store.records)
    const [first] = store.records
    if (first?.content.type !== 'entry') throw new Error('the first record is an entry')
    const forged = { ...first, content: { ...first.content, entry: { ...first.content.entry, onHand: 7 } } }
    const plan = await apply([forged, store.beat(NOON_US)])
    expect(plan.alarms).toMatchObject([{ reason: 'divergence', storeId: 'store-1' }])
    expect(await cursorOf('store-1')).toMatchObject({
      suspect_reason: 'a repeated entry differs from the ledger at seq 1',
    })
  })

  test('I17: a record from another connector than the store has is parked', async () => {
    const store = sampleStore('store-1', { connector: 'store-2' })
    const plan = await apply([store.receive('SKU-1', 10)])
    expect(plan.counts).toMatchObject({ applied: 0, duplicate: 0, parked: 1 })
    expect(await rows('SELECT store_id, reason, resolved_at FROM parked')).toEqual([
      {
        store_id: 'store-2',
        reason: 'wrong connector: it came from store-2, store-1 has store-1',
        resolved_at: null,
      },
    ])
    expect(await stockOf('store-1')).toEqual({})
  })

  test('I17: a store that names another in its rows is suspect itself, and halts no partition', async () => {
    const victim = busyStore()
    await apply([...victim.records, victim.beat(NOON_US)])
    const forger = sampleStore('store-1', { connector: 'store-2' })
    for (let row = 0; row < 150; row += 1) forger.receive('SKU-1', 1)
    const plan = await apply([...forger.records, victim.sell('SKU-1', 1), victim.beat(NOON_US + 1)])
    expect(plan.counts).toEqual({ applied: 2, duplicate: 0, parked: 150, unclaimed: 0 })
    expect(plan.halts).toEqual([])
    expect(await cursorOf('store-1')).toMatchObject({ as_of: NOON_US + 1, suspect_reason: null })
    expect(await cursorOf('store-2')).toMatchObject({ suspect_reason: '150 records parked' })
  })

  test("a broken row under the name of another store is its sender's", async () => {
    const { content, ...record } = sampleStore('store-1').bad()
    if (content.type !== 'broken') throw new Error('bad() makes broken records')
    await apply([{ ...record, content: { ...content, connector: 'store-2' } }])
    expect(await rows('SELECT store_id FROM parked')).toEqual([{ store_id: 'store-2' }])
    expect(await cursorOf('store-1')).toMatchObject({ suspect_reason: null })
  })

  test('beats of a store that is not registered are counted and not parked, and halt nothing', async () => {
    const stranger = sampleStore('store-9')
    for (let beat = 0; beat < 150; beat += 1) stranger.beat(NOON_US + beat)
    const plan = await apply(stranger.records)
    expect(plan.counts).toEqual({ applied: 0, duplicate: 0, parked: 0, unclaimed: 150 })
    expect(plan.alarms[0]).toMatchObject({
      reason: 'unclaimed_beat',
      detail: expect.stringContaining('store-9'),
    })
    expect(await rows('SELECT * FROM parked')).toEqual([])
    expect(plan.halts).toEqual([])
  })

  test('a record of a store that is not registered is parked; once it is registered, the gap shows', async () => {
    const store = sampleStore('store-9')
    await apply([store.receive('SKU-1', 10)])
    expect(await rows('SELECT store_id, reason FROM parked')).toEqual([
      { store_id: 'store-9', reason: 'unknown store: store-9 is not registered; it came from store-9' },
    ])
    await register('store-9')
    await apply([store.sell('SKU-1', 1)])
    expect(await rows('SELECT store_id, from_seq, to_seq FROM gaps')).toEqual([
      { store_id: 'store-9', from_seq: 1, to_seq: 1 },
    ])
  })

  test('a bad record makes its store suspect until a beat behind it proves that nothing is missing', async () => {
    const store = busyStore()
    store.bad()
    await apply(store.records)
    expect(await cursorOf('store-1')).toMatchObject({ parked_open: 1, suspect_reason: '1 record parked' })
    const other = sampleStore('store-2')
    await apply([other.receive('SKU-1', 5), other.beat(NOON_US)])
    expect(await cursorOf('store-2')).toMatchObject({ suspect_reason: null })

    await apply([store.beat(NOON_US), store.bad()])
    expect(await cursorOf('store-1')).toMatchObject({ parked_open: 1, suspect_reason: '1 record parked' })
    expect(await rows('SELECT resolved_by FROM parked ORDER BY record_offset')).toEqual([
      { resolved_by: 'beat' },
      { resolved_by: null },
    ])
    await apply([store.bad(), store.beat(NOON_US + 1)])
    expect(await cursorOf('store-1')).toMatchObject({ parked_open: 0, suspect_reason: null })
    expect(await rows('SELECT COUNT(*) AS open FROM parked WHERE resolved_at IS NULL')).toEqual([{ open: 0 }])
  })

  test('ten thousand bad records in a row: a hundred are parked, then the partition halts and the rest is left', async () => {
    const bad = sampleStore()
    for (let index = 0; index < 10_000; index += 1) bad.bad()
    const good = sampleStore('store-2', { partition: 1 })
    good.receive('SKU-1', 5)
    const plan = await apply([...bad.records, ...good.records])
    expect(plan.counts).toMatchObject({ applied: 1, duplicate: 0, parked: 100 })
    expect(await rows('SELECT partition_id, next_offset FROM halts')).toEqual([
      { partition_id: 0, next_offset: 100 },
    ])
    const next = await apply(bad.records.slice(100))
    expect(next.counts).toMatchObject({ applied: 0, duplicate: 0, parked: 0 })
    await pool.query('DELETE FROM halts')
    expect((await apply(bad.records.slice(90))).counts).toMatchObject({
      applied: 0,
      duplicate: 10,
      parked: 100,
    })
  })

  test('I10: bad records that come again are no more bad records in a row, and halt nothing', async () => {
    const bad = sampleStore()
    for (let index = 0; index < 60; index += 1) bad.bad()
    const first = await apply(bad.records)
    const again = await apply(bad.records, { badRuns: new Map(first.badRuns) })
    expect(again.counts).toMatchObject({ duplicate: 60, parked: 0 })
    expect([...again.badRuns]).toEqual([[0, 60]])
    expect(await rows('SELECT partition_id FROM halts')).toEqual([])
  })

  test('I14: a partition halts however long the reason is that its last record is bad for', async () => {
    const bad = sampleStore()
    for (let index = 0; index < 100; index += 1) bad.bad(`undecodable: ${'x'.repeat(1_000)}`)
    const plan = await apply(bad.records)
    expect(plan.counts).toMatchObject({ parked: 100 })
    expect(await rows('SELECT partition_id, CHAR_LENGTH(reason) AS length FROM halts')).toEqual([
      { partition_id: 0, length: 512 },
    ])
  })

  test('I12: a ping from the future is refused and alarmed, and proves nothing', async () => {
    const store = busyStore()
    const plan = await apply([...store.records, store.beat(NOON_US + 3_600_000_000)])
    expect(plan.alarms).toMatchObject([{ reason: 'ping_from_future' }])
    expect(await cursorOf('store-1')).toMatchObject({ as_of: 0, suspect_reason: null })
  })
})

test('I3: a level that was changed behind the journal shows at the next beat, and is cleared by an equal one', async () => {
  const store = busyStore()
  await apply([...store.records, store.beat(NOON_US)])
  const wrong = store.beat(NOON_US + 1, { checksum: '0123456789abcdef' })
  expect((await apply([wrong])).alarms).toMatchObject([{ reason: 'checksum' }])
  expect(await cursorOf('store-1')).toMatchObject({ suspect_reason: 'the checksum differs at seq 12' })
  await apply([store.beat(NOON_US + 2)])
  expect(await cursorOf('store-1')).toMatchObject({ suspect_reason: null })
})

test('I12: a store whose journal went back without a new epoch is suspect, and its beats prove nothing', async () => {
  const store = busyStore()
  await apply([...store.records, store.beat(NOON_US)])
  const restored = sampleStore()
  restored.receive('SKU-1', 100)
  const { alarms } = await apply([restored.beat(NOON_US + 1)])
  expect(alarms).toMatchObject([{ reason: 'checksum', detail: expect.stringContaining('back at seq 1') }])
  expect(await cursorOf('store-1')).toMatchObject({
    as_of: NOON_US,
    suspect_reason: 'the checksum differs at seq 1',
  })
  // One that was lost whole and begins empty.
  await apply([sampleStore().beat(NOON_US + 2)])
  expect(await cursorOf('store-1')).toMatchObject({
    as_of: NOON_US,
    suspect_reason: 'the checksum differs at seq 0',
  })
})

test.each([
  ['a store that joins while it sells', []],
  ['a connector whose offsets were reset', [{ ping: NOON_US }]],
])('the beat that a snapshot reads behind newer entries raises no alarm: %s', async (_, applied) => {
  const store = busyStore()
  for (const { ping } of applied) await apply([...store.records, store.beat(ping)])
  // The snapshot of one moment: the journal as it was, then the row of the last beat, which two sales have followed.
  const { seq, checksum } = { seq: store.seq(), checksum: store.checksum() }
  store.sell('SKU-1', 1)
  store.sell('SKU-2', 1)
  const journal = store.records.filter(({ content }) => content.type === 'entry')
  const last = store.beat(NOON_US + 1, { seq, checksum }, { isSnapshot: true })
  const { alarms } = await apply([...journal, last])
  expect(alarms).toEqual([])
  expect(await cursorOf('store-1')).toMatchObject({ suspect_reason: null })
  // It proves nothing either; the next one does.
  const asOf = async () => (await cursorOf('store-1'))?.as_of
  expect(await asOf()).toBe(applied[0]?.ping ?? 0)
  await apply([store.beat(NOON_US + 2)])
  expect(await asOf()).toBe(NOON_US + 2)
})

test('an epoch that opens replaces every level: SKUs it does not name are gone', async () => {
  const store = busyStore()
  await apply([...store.records, store.beat(NOON_US)])
  const opening = store.openEpoch({ 'SKU-1': 90 })
  await apply(opening.slice(0, 1))
  expect(await cursorOf('store-1')).toMatchObject({ epoch: 2, suspect_reason: 'epoch 2 is opening' })
  expect(await stockOf('store-1')).toEqual({ 'SKU-1': 90, 'SKU-2': 45 })
  await apply([...opening.slice(1), store.beat(NOON_US + 1)])
  expect(await stockOf('store-1')).toEqual({ 'SKU-1': 90, 'SKU-2': 0 })
  expect(await cursorOf('store-1')).toMatchObject({
    checksum: store.checksum(),
    as_of: NOON_US + 1,
    suspect_reason: null,
  })
})

test('an opening that comes late still counts: its SKU is not left at 0', async () => {
  const store = busyStore()
  await apply(store.records)
  const [first, second, opened] = store.openEpoch({ 'SKU-1': 90, 'SKU-2': 40 }) as [
    JournalRecord,
    JournalRecord,
    JournalRecord,
  ]
  await apply([first, opened])
  expect(await cursorOf('store-1')).toMatchObject({
    suspect_reason: expect.stringContaining('1 entry missing (seq 2)'),
  })
  await apply([second, store.beat(NOON_US)])
  expect(await stockOf('store-1')).toEqual({ 'SKU-1': 90, 'SKU-2': 40 })
  expect(await cursorOf('store-1')).toMatchObject({ suspect_reason: null, checksum: store.checksum() })
})
