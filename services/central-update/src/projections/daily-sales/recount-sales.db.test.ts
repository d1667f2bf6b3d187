import type { Entry } from '@shelfwire/contracts'
import { createPool, inTransaction } from '@shelfwire/mysql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyBatch } from '../../apply/apply-batch.ts'
import { PROJECTIONS } from '../../projections.ts'
import { emptyProjection, endRebuild } from '../../rebuild/empty-projection.ts'
import type { JournalRecord } from '../../records/record.ts'
import { type CentralDatabase, openCentral } from '../../testing/central-database.ts'
import { NOON_US, type SampleStore, sampleStore } from '../../testing/sample-store.ts'
import { dailySalesOf } from './sum-sales.ts'

let central: CentralDatabase
beforeEach(async () => {
  central = await openCentral()
  await central.register('store-1')
})
afterEach(() => central[Symbol.asyncDispose]())

async function apply(records: readonly JournalRecord[]): Promise<void> {
  const nowUs = NOON_US
  const options = {
    topic: 'journal',
    part: 0,
    nowUs,
    latestPingUs: nowUs,
    badRuns: new Map(),
    projections: PROJECTIONS,
  }
  await inTransaction(central.pool, (trx) => applyBatch(trx, records, options))
}

async function sums() {
  const rows = await central.rows(
    `SELECT sku, day, units_sold, units_returned, sales FROM central_view.daily_sales
     WHERE units_sold <> 0 OR units_returned <> 0 OR sales <> 0 ORDER BY sku, day`,
  )
  return rows.map(({ sku, day, units_sold, units_returned, sales }) => ({
    ...{ sku, day, sales, unitsSold: units_sold, unitsReturned: units_returned },
  }))
}

/** The sums over what a store's own journal holds. */
function sumsOf(records: readonly JournalRecord[]) {
  const entries = records.flatMap(({ content }): Entry[] => (content.type === 'entry' ? [content.entry] : []))
  return dailySalesOf(entries, 'UTC')
    .map(({ storeId: _, ...sum }) => sum)
    .sort((one, other) => `${one.sku} ${one.day}`.localeCompare(`${other.sku} ${other.day}`))
}

/** What is sold after the backup. One of these sales is the only one of its day. */
function sellTail(store: SampleStore): JournalRecord[] {
  return [
    store.sell('milk', 3),
    store.takeBack('milk', 1),
    store.sell('bread', 2),
    store.entry('sale', 'bread', -4, { occurredAtUs: NOON_US + 86_400_000_000 }),
  ]
}

/** A store that goes back to a backup of its first four entries; its tills send again what they sold after it. */
function restored() {
  const store = sampleStore()
  const kept = [
    store.receive('milk', 100),
    store.receive('bread', 50),
    store.sell('milk', 10),
    store.sell('bread', 5),
  ]
  const forgotten = sellTail(store)
  const opening = store.openEpoch({ milk: 90, bread: 45 }, { reference: '1.4' })
  const resent = sellTail(store)
  return { store, kept, forgotten, opening, resent, remembered: [...kept, ...opening, ...resent] }
}

async function rebuild(): Promise<void> {
  const migration = createPool(central.root, { connections: 2 })
  const ends = [{ partition: 0, offset: 0 }]
  await emptyProjection(migration, { topic: 'journal', ends, now: () => new Date(), log: () => {} })
  await endRebuild(migration, 'journal')
  await migration.end()
}

describe('I16: after a restore the daily sums are those of what the store remembers', () => {
  test.each([1, 2, 3, 5, 100])('in batches of %i records, and when all of them come again', async (size) => {
    const { store, remembered } = restored()
    for (let from = 0; from < store.records.length; from += size)
      await apply(store.records.slice(from, from + size))
    expect(await sums()).toEqual(sumsOf(remembered))
    await apply(store.records)
    expect(await sums()).toEqual(sumsOf(remembered))
  })

  test('when `opened` stands behind a gap, once the gap is filled', async () => {
    const { kept, forgotten, opening, resent, remembered, store } = restored()
    await apply([...kept, ...forgotten])
    await apply([opening[0] as JournalRecord, ...resent, store.beat(NOON_US)])
    await apply(opening.slice(1).toReversed())
    await apply([store.beat(NOON_US)])
    expect(await sums()).toEqual(sumsOf(remembered))
    await apply(opening)
    expect(await sums()).toEqual(sumsOf(remembered))
  })

  test('when entries that the store has forgotten arrive behind `opened`', async () => {
    const { kept, forgotten, opening, resent, remembered } = restored()
    await apply([...kept, ...forgotten.slice(0, 1), ...opening])
    await apply([...forgotten, ...resent])
    await apply(forgotten)
    expect(await sums()).toEqual(sumsOf(remembered))
  })

  test('when the transaction that applies `opened` is rolled back and done again', async () => {
    const { kept, forgotten, opening, resent, remembered } = restored()
    await apply([...kept, ...forgotten])
    const options = {
      topic: 'journal',
      part: 0,
      nowUs: NOON_US,
      latestPingUs: NOON_US,
      badRuns: new Map(),
      projections: PROJECTIONS,
    }
    const cutOff = inTransaction(central.pool, async (trx) => {
      await applyBatch(trx, opening, options)
      throw new Error('the power is gone')
    })
    await expect(cutOff).rejects.toThrow('the power is gone')
    await apply([...opening, ...resent])
    expect(await sums()).toEqual(sumsOf(remembered))
  })

  test('when it goes back to the same backup twice', async () => {
    const { store, kept, remembered } = restored()
    const again = store.openEpoch({ milk: 90, bread: 45 }, { reference: '1.4' })
    const resentAgain = sellTail(store)
    await apply(store.records)
    expect(remembered.length).toBeLessThan(store.records.length)
    expect(await sums()).toEqual(sumsOf([...kept, ...again, ...resentAgain]))
  })

  test('when the first `opened` is lost and the next epoch is open before it can be asked for', async () => {
    const { store, kept, forgotten, opening, resent, remembered } = restored()
    const next = store.openEpoch(
      { milk: 88, bread: 39 },
      { reference: `1.4 2.${opening.length + resent.length}` },
    )
    await apply([...kept, ...forgotten, ...opening.slice(0, -1), ...resent, ...next])
    await apply(opening)
    expect(await sums()).toEqual(sumsOf([...remembered, ...next]))
  })

  test('when it goes back from the backup to the database that the backup had replaced', async () => {
    const { store, kept, forgotten } = restored()
    const back = store.openEpoch({ milk: 88, bread: 39 }, { reference: '1.8' })
    await apply(store.records)
    expect(await sums()).toEqual(sumsOf([...kept, ...forgotten, ...back]))
  })

  test('and a rebuild gives the same, from the stores as from the topic', async () => {
    const { store, remembered } = restored()
    await apply(store.records)
    const before = await sums()
    await rebuild()
    await apply(remembered)
    expect(await sums()).toEqual(before)
    await rebuild()
    await apply(store.records)
    expect(await sums()).toEqual(before)
  })
})

test('an epoch that is opened without a restore takes nothing off the daily sums', async () => {
  const store = sampleStore()
  store.receive('milk', 100)
  sellTail(store)
  store.openEpoch({ milk: 98 }, { reference: `1.${store.seq()}` })
  store.sell('milk', 1)
  // By a service that doesn't say yet what it remembers.
  store.openEpoch({ milk: 97 })
  store.sell('milk', 1)
  await apply(store.records)
  expect(await sums()).toEqual(sumsOf(store.records))
})

test('of epochs below the lowest that a store names, as when it has dropped them, nothing is taken off', async () => {
  const store = sampleStore()
  store.receive('milk', 100)
  store.sell('milk', 5)
  store.openEpoch({ milk: 95 }, { reference: '1.2' })
  store.sell('milk', 1)
  store.openEpoch({ milk: 94 }, { reference: '2.3' })
  await apply(store.records)
  expect(await sums()).toEqual(sumsOf(store.records))
})
