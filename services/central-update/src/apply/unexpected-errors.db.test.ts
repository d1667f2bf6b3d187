import { createPool, type RowDataPacket, transact } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { PROJECTIONS } from '../projections.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import type { Applied } from './apply-lane.ts'
import { type ApplyLanesOptions, createApplyLanes } from './apply-lanes.ts'

const now = () => new Date(NOON_US / 1_000)

/** Lanes whose troubles are kept: which partitions, and why. */
function openLanes(central: CentralDatabase, options: Partial<ApplyLanesOptions> = {}) {
  const turns: Applied[] = []
  const troubles: { partitions: readonly number[]; message: string }[] = []
  const lanes = createApplyLanes({
    lanes: 2,
    projections: PROJECTIONS,
    database: central.service,
    topic: 'journal',
    now,
    latestPingUs: () => NOON_US,
    liveRecords: 500,
    catchUpRecords: 1_000,
    onApplied: (turn) => turns.push(turn),
    onTrouble: ({ partitions, error }) =>
      troubles.push({ partitions, message: error instanceof Error ? error.message : String(error) }),
    ...options,
  })
  return { ...lanes, turns, troubles, [Symbol.asyncDispose]: () => lanes.close() }
}

/** A store with a partition of its own and 150 sales, far more than the bad records that halt a partition. */
async function openStore(central: CentralDatabase, partition: number) {
  const store = sampleStore(`store-${partition}`, { partition })
  store.receive('SKU-1', 1_000)
  for (let sale = 0; sale < 150; sale += 1) store.sell('SKU-1', 1)
  store.beat(NOON_US)
  await central.register(store.storeId)
  return store
}

const sliceOf = ({ records }: Awaited<ReturnType<typeof openStore>>) => ({
  partition: records[0]?.partition ?? 0,
  records: [...records],
  nextOffset: records.length,
  behind: 0,
})

const summary = ({ rows }: CentralDatabase) =>
  rows(`SELECT store_id, seq, checksum, suspect_reason, (SELECT COUNT(*) FROM parked) AS parked,
          (SELECT COUNT(*) FROM halts) AS halts, (SELECT COUNT(*) FROM gaps) AS gaps FROM cursors ORDER BY store_id`)

const sound = (store: Awaited<ReturnType<typeof openStore>>) => ({
  ...{ store_id: store.storeId, seq: store.seq(), checksum: store.checksum(), suspect_reason: null },
  ...{ parked: 0, halts: 0, gaps: 0 },
})

test.each([
  {
    what: 'a column that a migration has yet to add',
    spoil: 'ALTER TABLE central_view.ledger RENAME COLUMN reason TO reason_later',
    mend: 'ALTER TABLE central_view.ledger RENAME COLUMN reason_later TO reason',
    says: /Unknown column/,
  },
  {
    what: 'a right that the user has yet to get',
    spoil: "REVOKE INSERT ON central_view.ledger FROM 'service'@HOST",
    mend: "GRANT INSERT ON central_view.ledger TO 'service'@HOST",
    says: /denied/,
  },
])('I14: $what is waited for: nothing is parked, and then all is applied', async ({ spoil, mend, says }) => {
  await using central = await openCentral()
  const store = await openStore(central, 0)
  const root = createPool(central.root, { connections: 1 })
  const [[user]] = await root.query<RowDataPacket[]>("SELECT host FROM mysql.user WHERE user = 'service'")
  const asRoot = (sql: string) => root.query(sql.replace('HOST', `'${user?.host ?? user?.Host}'`))
  await asRoot(spoil)
  await using lanes = openLanes(central)
  const pushed = lanes.push(sliceOf(store))
  await expect.poll(() => lanes.troubles.length).toBeGreaterThan(2)
  expect(lanes.troubles[0]).toEqual({ partitions: [0], message: expect.stringMatching(says) })
  expect(await summary(central)).toEqual([])
  expect(await central.rows('SELECT reason FROM parked')).toEqual([])
  await asRoot(mend)
  await root.end()
  await pushed
  expect(await summary(central)).toEqual([sound(store)])
})

test('I14: an error of our own code is waited for: the record that it meets is not parked', async () => {
  await using central = await openCentral()
  const store = await openStore(central, 0)
  const { content } = store.sell('SKU-1', 1)
  if (content.type !== 'entry') throw new Error('a sale is an entry')
  const { recordedAtUs } = content.entry
  // Text of a time that isn't one throws a RangeError.
  content.entry.recordedAtUs = Number.NaN
  await using lanes = openLanes(central)
  const pushed = lanes.push(sliceOf(store))
  await expect.poll(() => lanes.troubles.length).toBeGreaterThan(2)
  expect(lanes.troubles[0]).toEqual({ partitions: [0], message: 'Invalid time value' })
  expect(await central.rows('SELECT reason FROM parked')).toEqual([])
  content.entry.recordedAtUs = recordedAtUs
  await pushed
  expect(await summary(central)).toEqual([sound(store)])
})

test('an unexpected error holds up its own partition and no other', async () => {
  await using central = await openCentral()
  const stores = await Promise.all([0, 1, 2].map((partition) => openStore(central, partition)))
  const [odd, ...others] = stores as [(typeof stores)[0], ...typeof stores]
  odd.receive('ODD', 1)
  const root = createPool(central.root, { connections: 1 })
  await root.query(
    `CREATE TRIGGER central_view.odd BEFORE INSERT ON central_view.ledger FOR EACH ROW
     IF NEW.sku = 'ODD' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'; END IF`,
  )
  await using lanes = openLanes(central, { lanes: 1 })
  const [held, ...flowing] = stores.map((store) => lanes.push(sliceOf(store)))
  await Promise.all(flowing)
  expect(await summary(central)).toEqual(others.map(sound))
  await expect.poll(() => lanes.troubles.at(-1)).toEqual({ partitions: [0], message: 'not today' })
  await root.query('DROP TRIGGER central_view.odd')
  await root.end()
  await held
  expect(await summary(central)).toEqual(stores.map(sound))
})

test('a lock that is never released holds up its own partition and no other', async () => {
  await using central = await openCentral()
  const stores = await Promise.all([0, 1, 2].map((partition) => openStore(central, partition)))
  const [, ...others] = stores as [(typeof stores)[0], ...typeof stores]
  await using lanes = openLanes(central, { answerWithinMs: 1_000 })
  const push = (store: (typeof stores)[0]) => lanes.push(sliceOf(store))
  await Promise.all(stores.map(push))
  for (const store of stores) store.sell('SKU-1', 1)

  const blocker = await central.pool.getConnection()
  const held = await transact(blocker, async (trx) => {
    await trx.rows("SELECT 1 FROM cursors WHERE store_id = 'store-0' FOR UPDATE")
    const [pushed, ...flowing] = stores.map(push)
    await Promise.all(flowing)
    return { pushed }
  })
  blocker.release()
  const seqs = () => central.rows('SELECT store_id, seq FROM cursors ORDER BY store_id')
  expect((await seqs()).slice(1)).toEqual(
    others.map((store) => ({ store_id: store.storeId, seq: store.seq() })),
  )
  await held.pushed
  expect(await seqs()).toEqual(stores.map((store) => ({ store_id: store.storeId, seq: store.seq() })))
})
