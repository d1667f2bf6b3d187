import { datetimeOfUs, ENTRY_COLUMNS } from '@shelfwire/contracts'
import { createPool, type Pool, transact } from '@shelfwire/mysql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyBatch } from '../apply/apply-batch.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, type SampleStore, sampleStore } from '../testing/sample-store.ts'
import { emptyProjection, endRebuild } from './empty-projection.ts'

const topic = 'journal'
const SUSPECT = 'central is being rebuilt from its journal'
/** What comes back the same; times of applying and places in the feed are of each life its own. */
const PROJECTION = {
  stock:
    'SELECT sku, store_id, on_hand, held, pending, epoch, seq, updated_at FROM stock ORDER BY store_id, sku',
  ledger: `SELECT ${ENTRY_COLUMNS.join(', ')} FROM central_view.ledger ORDER BY store_id, epoch, seq`,
  sums: 'SELECT * FROM central_view.daily_sales ORDER BY store_id, sku, day',
  cursors:
    'SELECT store_id, epoch, seq, checksum, opened, as_of, rebuilding, suspect_reason FROM cursors ORDER BY store_id',
  gaps: 'SELECT * FROM gaps',
}

let central: CentralDatabase
let migration: Pool
/** Of a central-update that runs all the while. */
let begunStores: Set<string>
/** Two stores; the first has opened a second epoch. */
let stores: SampleStore[]

beforeEach(async () => {
  central = await openCentral()
  begunStores = new Set()
  migration = createPool(central.root, { connections: 2 })
  stores = [sampleStore('store-1'), sampleStore('store-2', { partition: 1 })]
  for (const store of stores) {
    await central.register(store.storeId)
    store.receive('milk', 100)
    store.receive('bread', 50)
    for (let sale = 0; sale < 10; sale += 1) store.sell('milk', 1)
  }
  stores[0]?.openEpoch({ milk: 95 })
  for (const store of stores) {
    store.sell('milk', 5)
    store.beat(NOON_US)
  }
  for (const store of stores) await apply(store.records)
})
afterEach(async () => {
  await migration.end()
  await central[Symbol.asyncDispose]()
})

async function apply(records: JournalRecord[]) {
  const connection = await central.pool.getConnection()
  try {
    const times = { nowUs: NOON_US, latestPingUs: NOON_US + 500_000 }
    const options = { topic, part: 0, ...times, badRuns: new Map(), projections: PROJECTIONS, begunStores }
    const plan = await transact(connection, (trx) => applyBatch(trx, records, options))
    for (const { after } of plan.stores) begunStores.add(after.cursor.storeId)
    return plan
  } finally {
    connection.release()
  }
}

const ends = [
  { partition: 0, offset: 100 },
  { partition: 1, offset: 100 },
]
const empty = (log: (line: string) => void = () => {}) =>
  emptyProjection(migration, { topic, ends, now: () => new Date(NOON_US / 1_000), log })

async function projection() {
  const found: Record<string, unknown> = {}
  for (const [name, sql] of Object.entries(PROJECTION)) found[name] = await central.rows(sql)
  return found
}

describe('I16: a central that was emptied', () => {
  test('and has read every journal again is what it was, row for row', async () => {
    const before = await projection()
    await empty()
    await endRebuild(migration, topic)
    expect(await projection()).toMatchObject({ stock: [], ledger: [], sums: [] })
    for (const store of stores) await apply(store.records)
    expect(await projection()).toEqual(before)
  })

  test('resolves what was parked before, also when central had forgotten the store, once its copy is proved', async () => {
    const [, store] = stores as [SampleStore, SampleStore]
    await migration.query("DELETE FROM stores WHERE store_id = 'store-2'")
    const { records } = store
    await apply(records.filter(({ content }) => content.type === 'entry').slice(-3))
    const open = () => central.rows('SELECT store_id FROM parked WHERE resolved_at IS NULL')
    expect(await open()).toHaveLength(3)
    await central.register('store-2')
    await empty()
    await endRebuild(migration, topic)
    for (const each of stores) await apply(each.records.slice(0, -1))
    expect(await open()).toHaveLength(3)
    for (const each of stores) await apply(each.records)
    expect(await open()).toEqual([])
  })

  test('believes no store until a beat has proved its copy whole: part of a journal is never fresh (I12)', async () => {
    await empty()
    await endRebuild(migration, topic)
    const [, store] = stores as [SampleStore, SampleStore]
    const half = store.records.slice(0, 6)
    const proof = async () =>
      (await central.rows("SELECT as_of, suspect_reason FROM cursors WHERE store_id = 'store-2'"))[0]
    expect(await proof()).toEqual({ as_of: 0, suspect_reason: SUSPECT })
    await apply(half)
    expect(await proof()).toEqual({ as_of: 0, suspect_reason: SUSPECT })
    const beat = store.records.slice(-1)
    await apply(beat)
    expect(await proof()).toEqual({
      as_of: 0,
      suspect_reason: expect.stringContaining('7 entries missing (seq 7–13)'),
    })
    await apply([...store.records.slice(6), store.beat(NOON_US + 1)])
    expect(await proof()).toEqual({ as_of: NOON_US + 1, suspect_reason: null })
  })

  test('and is not equal when it is read to its end says so, and gives its numbers again', async () => {
    await empty()
    await endRebuild(migration, topic)
    const [, store] = stores as [SampleStore, SampleStore]
    const journal = store.records.filter(({ content }) => content.type === 'entry')
    await apply(journal)
    const facts = async () =>
      (await central.rows("SELECT rebuilding, suspect_reason FROM cursors WHERE store_id = 'store-2'"))[0]
    expect(await facts()).toEqual({ rebuilding: 1, suspect_reason: SUSPECT })
    const { alarms } = await apply([store.beat(NOON_US + 1, { checksum: '0123456789abcdef' })])
    expect(alarms).toMatchObject([{ reason: 'checksum' }])
    expect(await facts()).toEqual({ rebuilding: 0, suspect_reason: 'the checksum differs at seq 13' })
  })

  test('does not take an epoch that has opened for a whole store while its own entries are still to come', async () => {
    await empty()
    await endRebuild(migration, topic)
    const [store] = stores as [SampleStore]
    await apply(store.records.slice(0, -2))
    expect(
      (await central.rows("SELECT epoch, opened, suspect_reason FROM cursors WHERE store_id = 'store-1'"))[0],
    ).toEqual({
      ...{ epoch: 2, opened: 1, suspect_reason: SUSPECT },
    })
  })

  test('keeps what is its own: stores, products, margins, commands, promises', async () => {
    const at = datetimeOfUs(NOON_US)
    await migration.query(
      "INSERT INTO margins (store_id, category, sku, units, updated_by, updated_at) VALUES ('', '', '', 3, 'x', ?)",
      [at],
    )
    await migration.query(
      "INSERT INTO commands (part, store_id, number, attempt, kind, body, issued_at) VALUES (0, 'store-1', 1, 1, 'resync', '{}', ?)",
      [at],
    )
    await migration.query("UPDATE stock SET pending = 4 WHERE store_id = 'store-2' AND sku = 'milk'")
    await empty()
    await endRebuild(migration, topic)
    for (const table of ['margins', 'commands'])
      expect(await central.rows(`SELECT * FROM ${table}`)).toHaveLength(1)
    expect(await central.rows('SELECT sku, on_hand, pending FROM stock')).toEqual([
      { sku: 'milk', on_hand: 0, pending: 4 },
    ])
    await apply(stores[1]?.records ?? [])
    expect(await central.rows("SELECT on_hand, pending FROM stock WHERE sku = 'milk'")).toEqual([
      { on_hand: 85, pending: 4 },
    ])
  })

  test('reaches the readers of the feed at once, and makes them drop every level', async () => {
    const last = (await central.feed()).at(-1)?.number ?? 0
    await empty()
    const published = (await central.feed()).filter(({ number }) => number > last)
    const suspected = stores.map(({ storeId }) => ({
      storeId,
      asOfUs: 0,
      suspect: SUSPECT,
      rebuilding: true,
    }))
    expect(published.map(({ changes }) => changes.freshness)).toEqual([suspected, suspected])
    // The gap by which a reader knows that it must reload.
    expect(published.map(({ number }) => number - last)).toEqual([1, 3])
  })
})

describe('a rebuild that is stopped halfway', () => {
  test.each([1, 2, 3])('after step %i leaves every partition halted, and is done again', async (steps) => {
    const before = await projection()
    let step = 0
    const stop = () => {
      step += 1
      if (step === steps) throw new Error('the power is gone')
    }
    await expect(empty(stop)).rejects.toThrow('the power is gone')
    const ledger = await central.rows(PROJECTION.ledger)
    const [store] = stores as [SampleStore]
    expect((await apply([store.sell('milk', 1)])).counts).toMatchObject({ applied: 0, parked: 0 })
    expect(await central.rows(PROJECTION.ledger)).toEqual(ledger)

    await empty()
    await endRebuild(migration, topic)
    for (const { records } of stores)
      await apply(records.filter(({ offset }) => offset < store.records.length - 1))
    expect(await projection()).toEqual(before)
  })
})
