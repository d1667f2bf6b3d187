import { appendCommands, appendFeed } from '@shelfwire/central'
import { type Checksum, checksumOf, datetimeOfUs, parseChecksum } from '@shelfwire/contracts'
import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { applyBatch } from '../apply/apply-batch.ts'
import { refillDroppedCommands } from '../commands/refill-dropped.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { sampleStore } from '../testing/sample-store.ts'
import { keepTables as keepTablesBy } from './keep-tables.ts'

const DAY_US = 86_400_000_000
/** Noon of the day after the migrations, which put all that was there before into one partition. */
const NOON_US = (Math.floor((Date.now() * 1_000) / DAY_US) + 1.5) * DAY_US
const dayText = (us: number) => datetimeOfUs(us).slice(0, 10)
/** Days between two visits to the two years, most of whose time is that of statements which change partitions. */
const STEP = 56
const nameOf = (us: number) => `day_${dayText(us).replaceAll('-', '_')}`
const TABLES = ['feed', 'commands', 'ledger', 'daily_sales']
const at = (us: number) => new Date(us / 1_000)

const keepTables = (central: CentralDatabase, now: Date) => keepTablesBy(central, now, now)

const partitionsOf = async ({ rows }: CentralDatabase, table: string) =>
  (
    await rows(
      `SELECT PARTITION_NAME AS name FROM information_schema.PARTITIONS
       WHERE TABLE_NAME = '${table}' AND PARTITION_NAME IS NOT NULL ORDER BY PARTITION_ORDINAL_POSITION`,
    )
  ).map(({ name }) => String(name))

async function apply({ pool }: CentralDatabase, records: JournalRecord[], nowUs: number): Promise<void> {
  const options = {
    topic: 'journal',
    part: 0,
    nowUs,
    latestPingUs: nowUs + 500_000,
    badRuns: new Map(),
    projections: PROJECTIONS,
  }
  await inTransaction(pool, (trx) => applyBatch(trx, records, options))
}

async function give({ pool }: CentralDatabase, storeId: string, nowUs: number): Promise<number> {
  const body = { epoch: 1, fromSeq: 1, toSeq: 1 }
  const commands = [{ storeId, kind: 'resync' as const, reference: null, body }]
  const [number] = await inTransaction(pool, (trx) => appendCommands(trx, { commands, nowUs }))
  return number ?? 0
}

async function checksumInCentral({ rows }: CentralDatabase, storeId: string): Promise<Checksum> {
  const levels = await rows(`SELECT sku, on_hand AS onHand, held FROM stock WHERE store_id = '${storeId}'`)
  return checksumOf(levels as { sku: string; onHand: number; held: number }[])
}

test('the feed has its days ahead, and a day that is over goes', async () => {
  await using central = await openCentral()
  const write = (nowUs: number) =>
    inTransaction(central.pool, async (trx) =>
      appendFeed(trx, {
        part: 0,
        changes: { freshness: [{ storeId: 'store-1', asOfUs: nowUs, suspect: null, rebuilding: false }] },
        nowUs,
      }),
    )
  const numbers = async () => (await central.feed()).map(({ number }) => number)
  await write(NOON_US)
  await keepTables(central, at(NOON_US))
  expect(await keepTables(central, at(NOON_US))).toEqual({ changed: [], failed: [] })
  await write(NOON_US + DAY_US)
  await keepTables(central, at(NOON_US + DAY_US))
  expect(await numbers()).toEqual([1, 2])
  expect((await keepTables(central, at(NOON_US + 2 * DAY_US))).changed).toMatchObject([
    { table: 'feed', add: [{ below: dayText(NOON_US + 5 * DAY_US) }], drop: [nameOf(NOON_US)] },
  ])
  expect(await numbers()).toEqual([2])
})

test.each([-500, -2, 2, 500])('a clock that is %i days off drops nothing and makes nothing', async (days) => {
  await using central = await openCentral()
  await keepTables(central, at(NOON_US))
  const all = () => Promise.all(TABLES.map((table) => partitionsOf(central, table)))
  const before = await all()
  const kept = keepTablesBy(central, at(NOON_US + days * DAY_US), at(NOON_US))
  await expect(kept).rejects.toThrow(/central's clock shows .*, this machine's/)
  expect(await all()).toEqual(before)
})

test('a reader is not waited for, and does not keep the other tables waiting: it is tried again later', async () => {
  await using central = await openCentral()
  const reader = await central.pool.getConnection()
  await reader.query('START TRANSACTION')
  await reader.query('SELECT * FROM central_view.ledger')
  const later = at(NOON_US + 400 * DAY_US)
  expect(await keepTables(central, later)).toMatchObject({
    changed: [{ table: 'feed' }, { table: 'commands' }, { table: 'daily_sales' }],
    failed: [{ table: 'ledger', error: { code: 'ER_LOCK_WAIT_TIMEOUT' } }],
  })
  await reader.query('COMMIT')
  reader.release()
  expect(await keepTables(central, later)).toMatchObject({ changed: [{ table: 'ledger' }], failed: [] })
})

test('I3: two years of trade end with the tables of 14 months, equal to the stores', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = sampleStore('store-1')
  let newest = 0
  for (let day = 0; day <= 728; day += STEP) {
    const nowUs = NOON_US + day * DAY_US
    expect((await keepTables(central, at(nowUs))).failed).toEqual([])
    if (day % 336 === 0 && day > 0) {
      const levels = Object.fromEntries([...store.levels.values()].map(({ sku, onHand }) => [sku, onHand]))
      await apply(central, store.openEpoch(levels), nowUs)
    }
    const times = { occurredAtUs: nowUs, recordedAtUs: nowUs }
    const records = [
      store.entry('receipt', `sku-${day}`, 2, times),
      store.entry('sale', `sku-${day}`, -1, times),
    ]
    newest = await give(central, 'store-1', nowUs)
    store.done(newest)
    await apply(central, [...records, store.beat(nowUs)], nowUs)
  }
  const endUs = NOON_US + 728 * DAY_US
  expect((await keepTables(central, at(endUs))).failed).toEqual([])
  const count = async (table: string) =>
    Number((await central.rows(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n)

  // 400 to 500 days, and the openings of the second epoch fell into them.
  const [oldest] = await central.rows('SELECT MIN(applied_at) AS at, COUNT(*) AS n FROM central_view.ledger')
  expect(String(oldest?.at) >= datetimeOfUs(endUs - (500 + STEP) * DAY_US)).toBe(true)
  expect(String(oldest?.at) <= datetimeOfUs(endUs - (400 - STEP) * DAY_US)).toBe(true)
  expect(await count('central_view.daily_sales')).toBeLessThanOrEqual(10)
  expect(await count('commands')).toBeLessThanOrEqual(1)
  for (const table of ['ledger', 'daily_sales', 'commands', 'feed'])
    expect({ table, few: (await partitionsOf(central, table)).length <= 10 }).toEqual({ table, few: true })

  const [cursor] = await central.rows('SELECT seq, checksum, suspect_reason FROM cursors')
  expect(cursor).toEqual({ seq: store.seq(), checksum: store.checksum(), suspect_reason: null })
  expect(await checksumInCentral(central, 'store-1')).toBe(parseChecksum(store.checksum()))
}, 60_000)

test('an open command outlives its partition, once for each time that is kept', async () => {
  await using central = await openCentral()
  for (const storeId of ['store-1', 'store-2']) await central.register(storeId)
  const [on, off] = [sampleStore('store-1'), sampleStore('store-2')]
  for (const store of [on, off]) await apply(central, [store.beat(NOON_US)], NOON_US)
  expect(await give(central, 'store-1', NOON_US)).toBe(1)
  expect(await give(central, 'store-2', NOON_US)).toBe(1)
  on.done(1)
  await apply(central, [on.beat(NOON_US + 1)], NOON_US)
  for (let day = 0; day <= 400; day += 40) await keepTables(central, at(NOON_US + day * DAY_US))
  const left = await central.rows('SELECT store_id, number, attempt, issued_at FROM commands')
  expect(left).toHaveLength(1)
  expect(left).toMatchObject([{ store_id: 'store-2', number: 1 }])
  expect(String(left[0]?.issued_at) > datetimeOfUs(NOON_US + 350 * DAY_US)).toBe(true)
})

test('I14: a store that went back behind dropped commands is given noops in their place, and goes on', async () => {
  await using central = await openCentral()
  await central.register('store-1')
  const store = sampleStore('store-1')
  await apply(central, [store.beat(NOON_US)], NOON_US)
  for (const number of [1, 2, 3, 4]) expect(await give(central, 'store-1', NOON_US)).toBe(number)
  store.done(4)
  await apply(central, [store.beat(NOON_US + 1)], NOON_US)
  await keepTables(central, at(NOON_US))
  const nowUs = NOON_US + 60 * DAY_US
  await keepTables(central, at(nowUs))
  expect(await central.rows('SELECT number FROM commands')).toEqual([])
  expect(await give(central, 'store-1', nowUs)).toBe(5)

  // Restored from a backup in which two were done.
  store.done(2)
  await apply(central, store.openEpoch({}), nowUs)
  // No beat has said yet how many are done, and the count in the cursor is 0 meanwhile.
  expect(await refillDroppedCommands(central.pool, nowUs + 20_000_000)).toEqual([])
  await apply(central, [store.beat(nowUs + 1)], nowUs)
  expect(await refillDroppedCommands(central.pool, nowUs + 20_000_000)).toEqual([
    { storeId: 'store-1', commands: 2 },
  ])
  expect(await refillDroppedCommands(central.pool, nowUs + 40_000_000)).toEqual([])
  expect(await central.rows('SELECT number, kind FROM commands ORDER BY number')).toEqual([
    { number: 3, kind: 'noop' },
    { number: 4, kind: 'noop' },
    { number: 5, kind: 'resync' },
  ])
})
