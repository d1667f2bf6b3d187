import { transact } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { applyBatch } from '../apply/apply-batch.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import { reportGaps, requestResyncs } from './request-resync.ts'

const SECOND = 1_000_000

async function apply({ pool }: CentralDatabase, records: JournalRecord[], nowUs = NOON_US): Promise<void> {
  const connection = await pool.getConnection()
  const options = {
    topic: 'journal',
    part: 0,
    nowUs,
    latestPingUs: nowUs,
    badRuns: new Map(),
    projections: PROJECTIONS,
  }
  await transact(connection, (trx) => applyBatch(trx, records, options))
  connection.release()
}

/** A store of whose six entries central misses the third and fourth. */
async function openWithGap() {
  const central = await openCentral()
  await central.register('store-1')
  const store = sampleStore()
  store.receive('SKU-1', 10)
  for (let sale = 0; sale < 5; sale += 1) store.sell('SKU-1', 1)
  await apply(central, [...store.records.slice(0, 2), ...store.records.slice(4)])
  return { ...central, central, store }
}

test('I2: a gap that is 3 s old is asked for by a resync command, once, and the store says so', async () => {
  await using opened = await openWithGap()
  const { pool, rows } = opened
  expect(await requestResyncs(pool, NOON_US + 2 * SECOND)).toEqual([])
  const asked = await Promise.all([
    requestResyncs(pool, NOON_US + 3 * SECOND),
    requestResyncs(pool, NOON_US + 3 * SECOND),
  ])
  expect(asked.flat()).toEqual([{ storeId: 'store-1', numbers: [1] }])
  expect(await rows('SELECT number, attempt, kind, body FROM commands')).toEqual([
    { number: 1, attempt: 1, kind: 'resync', body: '{"epoch":1,"fromSeq":3,"toSeq":4}' },
  ])
  const suspect = '2 entries missing (seq 3–4), resync requested at 12:00:03 UTC'
  expect(await rows('SELECT suspect_reason FROM cursors')).toEqual([{ suspect_reason: suspect }])
  expect((await opened.feed()).at(-1)?.changes.freshness).toMatchObject([{ storeId: 'store-1', suspect }])
  expect(await requestResyncs(pool, NOON_US + 10 * SECOND)).toEqual([])
})

test('what the store sends again fills the gap and nothing more is asked', async () => {
  await using opened = await openWithGap()
  const { central, store, pool, rows } = opened
  await requestResyncs(pool, NOON_US + 3 * SECOND)
  store.done(1)
  await apply(central, [...store.records.slice(2, 4), store.beat(NOON_US - 1)], NOON_US + 4 * SECOND)
  expect(await rows('SELECT * FROM gaps')).toEqual([])
  expect(await rows('SELECT suspect_reason, checksum FROM cursors')).toEqual([
    { suspect_reason: null, checksum: store.checksum() },
  ])
  expect(await requestResyncs(pool, NOON_US + 60 * SECOND)).toEqual([])
})

test('a gap that its command did not fill is asked for again', async () => {
  await using opened = await openWithGap()
  const { central, store, pool } = opened
  await requestResyncs(pool, NOON_US + 3 * SECOND)
  store.done(1)
  await apply(central, [store.beat(NOON_US - 1)], NOON_US + 5 * SECOND)
  expect(await requestResyncs(pool, NOON_US + 7 * SECOND)).toEqual([{ storeId: 'store-1', numbers: [2] }])
})

test('a central that has lost its database gives no number that the store would take for a repeat', async () => {
  await using opened = await openWithGap()
  const { central, store, pool } = opened
  store.done(7)
  await apply(central, [store.beat(NOON_US - 1)])
  expect(await requestResyncs(pool, NOON_US + 3 * SECOND)).toEqual([])
  expect(await opened.rows('SELECT number FROM commands')).toEqual([])
})

test('I14: a gap that is not filled in 10 minutes is reported', async () => {
  await using opened = await openWithGap()
  const { pool } = opened
  expect(await reportGaps(pool, NOON_US + 599 * SECOND)).toEqual({ gaps: 1, missing: 2, overdue: [] })
  expect(await reportGaps(pool, NOON_US + 600 * SECOND)).toEqual({
    gaps: 1,
    missing: 2,
    overdue: [{ storeId: 'store-1', epoch: 1, fromSeq: 3 }],
  })
})
