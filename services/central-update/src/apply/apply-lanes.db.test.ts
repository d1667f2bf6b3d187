import { transact } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { PROJECTIONS } from '../projections.ts'
import type { PartitionSlice } from '../records/partition-slice.ts'
import type { JournalRecord } from '../records/record.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import type { Applied } from './apply-lane.ts'
import { createApplyLanes } from './apply-lanes.ts'

const STORES = 6

/** Registered stores with a partition each, whose journals end with a beat. */
async function openJournals(central: CentralDatabase, sales: number) {
  const stores = Array.from({ length: STORES }, (_, partition) => {
    const store = sampleStore(`store-${partition}`, { partition })
    store.receive('SKU-1', 10_000)
    for (let sale = 0; sale < sales; sale += 1) store.sell('SKU-1', 1)
    store.beat(NOON_US)
    return store
  })
  for (const { storeId } of stores) await central.register(storeId)
  return stores
}

/** Records of a partition's store, from one place in its journal up to another. */
function sliceOf(
  stores: readonly { records: readonly JournalRecord[] }[],
  partition: number,
  { from = 0, to, behind = 0 }: { from?: number; to: number; behind?: number },
): PartitionSlice {
  return { partition, records: stores[partition]?.records.slice(from, to) ?? [], nextOffset: to, behind }
}

function openLanes({ service }: CentralDatabase, onApplied: (applied: Applied) => void, count = 3) {
  return createApplyLanes({
    database: service,
    projections: PROJECTIONS,
    topic: 'journal',
    now: () => new Date(NOON_US / 1_000),
    latestPingUs: () => Number.MAX_SAFE_INTEGER,
    liveRecords: 20,
    catchUpRecords: 50,
    lanes: count,
    onApplied,
    onTrouble: () => {},
  })
}

test('I2, I10: lanes side by side keep each partition in order, and all of it', async () => {
  await using central = await openCentral()
  const stores = await openJournals(central, 400)
  const turns: Applied[] = []
  const lanes = openLanes(central, (turn) => turns.push(turn))
  const pushed: Promise<void>[] = []
  for (let from = 0; from < 402; from += 10) {
    for (const partition of stores.keys())
      pushed.push(lanes.push(sliceOf(stores, partition, { from, to: from + 10 })))
  }
  await Promise.all(pushed)
  await lanes.close()

  const counts = turns.flatMap(({ plans }) => plans.map((plan) => plan.counts))
  expect(counts.reduce((sum, { applied }) => sum + applied, 0)).toBe(STORES * 402)
  // An entry that overtook another would have left a gap behind, and been counted when that was filled.
  expect(await central.rows('SELECT * FROM gaps')).toEqual([])
  expect(turns.flatMap(({ plans }) => plans.flatMap(({ alarms }) => alarms))).toEqual([])
  const cursors = await central.rows('SELECT seq, as_of, checksum, suspect_reason FROM cursors')
  expect(cursors).toEqual(
    stores.map((store) => ({ seq: 401, as_of: NOON_US, checksum: store.checksum(), suspect_reason: null })),
  )
  for (const partition of stores.keys()) {
    const offsets = turns.flatMap(({ nextOffsets }) => nextOffsets.get(partition) ?? [])
    expect(offsets).toEqual(offsets.toSorted((one, other) => one - other))
  }
  const numbers = (await central.feed()).map(({ number }) => number)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})

test('a lane that is blocked delays only the stores that it has in hand', async () => {
  await using central = await openCentral()
  const stores = await openJournals(central, 100)
  const lanes = openLanes(central, () => {})
  const push = (partition: number) => lanes.push(sliceOf(stores, partition, { to: 103 }))
  await Promise.all([...stores.keys()].map(push))

  const blocker = await central.pool.getConnection()
  const held = await transact(blocker, async (trx) => {
    await trx.rows("SELECT 1 FROM cursors WHERE store_id = 'store-0' FOR UPDATE")
    stores[0]?.sell('SKU-1', 1)
    let settled = false
    const pushed = push(0).then(() => {
      settled = true
    })
    const waiting = () =>
      central.rows("SELECT id FROM information_schema.processlist WHERE info LIKE '%FROM cursors%FOR UPDATE'")
    await expect.poll(waiting, { timeout: 5_000 }).toHaveLength(1)
    for (const [partition, store] of stores.entries()) if (partition > 0) store.sell('SKU-1', 1)
    await Promise.all([1, 2, 3, 4, 5].map(push))
    expect(settled).toBe(false)
    return { pushed }
  })
  blocker.release()
  await held.pushed
  await lanes.close()
  expect(await central.rows('SELECT seq FROM cursors')).toEqual(stores.map(() => ({ seq: 102 })))
  await expect(push(0)).rejects.toMatchObject({ code: 'lane_closed' })
})

test('a store that is far behind shares no transaction with one that is live', async () => {
  await using central = await openCentral()
  const stores = await openJournals(central, 100)
  const turns: Applied[] = []
  const lanes = openLanes(central, (turn) => turns.push(turn))
  const push = (partition: number, from: number, to: number) =>
    lanes.push(sliceOf(stores, partition, { from, to }))
  // The live one has waited longest, and there is room for more behind it.
  const live = push(1, 0, 9)
  const far = Array.from({ length: 10 }, (_, index) => push(0, index * 10, index * 10 + 10))
  await Promise.all([live, ...far, push(2, 0, 9), push(3, 0, 9)])
  await lanes.close()
  const together = turns.map(({ nextOffsets }) => [...nextOffsets.keys()].sort())
  expect(together.filter((partitions) => partitions.includes(0) && partitions.length > 1)).toEqual([])
  expect(together.flat()).toEqual(expect.arrayContaining([1, 2, 3]))
  expect(turns.flatMap(({ nextOffsets }) => nextOffsets.get(0) ?? []).at(-1)).toBe(100)
})

test('of those far behind, the one with most to do goes first, and one that is live keeps its turn', async () => {
  await using central = await openCentral()
  const stores = await openJournals(central, 100)
  const turns: Applied[] = []
  const lanes = openLanes(central, (turn) => turns.push(turn), 1)
  const pushTens = (partition: number, count: number, behind: number) =>
    Array.from({ length: count }, (_, index) =>
      lanes.push(sliceOf(stores, partition, { from: index * 10, to: index * 10 + 10, behind })),
    )
  await Promise.all([
    ...pushTens(0, 6, 0),
    ...pushTens(1, 10, 500),
    lanes.push(sliceOf(stores, 2, { to: 9 })),
  ])
  await lanes.close()
  expect(turns.map(({ nextOffsets }) => [...nextOffsets])).toEqual([
    [[1, 50]],
    [[2, 9]],
    [[1, 100]],
    [[0, 50]],
    [[0, 60]],
  ])
})

test('a hundred bad records in a row are counted across the turns of all lanes', async () => {
  await using central = await openCentral()
  const bad = sampleStore('store-0', { partition: 0 })
  for (let index = 0; index < 150; index += 1) bad.bad()
  const halted = new Map<number, unknown>()
  const lanes = openLanes(central, (turn) => {
    for (const [partition, halt] of turn.halted) halted.set(partition, halt)
  })
  for (let from = 0; from < 150; from += 10) await lanes.push(sliceOf([bad], 0, { from, to: from + 10 }))
  await lanes.close()
  expect(halted.get(0)).toMatchObject({ nextOffset: 100 })
})
