import { PARTS, takeFeedNumber } from '@shelfwire/central'
import { usOfDate } from '@shelfwire/contracts'
import { inTransaction, MAX_ROWS_PER_STATEMENT, type Pool, type Transaction } from '@shelfwire/mysql'
import { insertHalts } from '../parked/halts-sql.ts'
import { beginCursors, lockCursors } from '../store-state/cursors-sql.ts'
import { markSuspect } from '../store-state/mark-suspect.ts'
import { saveProofs } from '../store-state/save-suspect.ts'
import { type Cursor, newCursor } from '../store-state/store-state.ts'
import {
  countOpenParked,
  dropGaps,
  dropLedgerAndSums,
  dropStockSlice,
  emptyPromisedStock,
  openHalts,
  storesOf,
} from './rebuild-sql.ts'

export interface RebuildOptions {
  topic: string
  /** Where each partition of the topic ends; what lies before is read again from the stores. */
  ends: readonly { partition: number; offset: number }[]
  now: () => Date
  log: (line: string) => void
}

/** The reason of every halt that a rebuild sets; it tells them from halts for bad records. */
export const REBUILD_HALT = 'central is being rebuilt; if no rebuild is running, run it again'

/**
 * Empties what central has of the stores' journals, so that reading them again rebuilds it (I16). May be
 * stopped anywhere and run again: from the first transaction to the last every partition is halted, so nothing is
 * applied to tables that are half gone, and readers know of each store that nothing is proved.
 */
export async function emptyProjection(pool: Pool, options: RebuildOptions): Promise<void> {
  const { log } = options
  await haltAndMarkSuspect(pool, options)
  log('every partition is halted and every store suspect')
  await dropLedgerAndSums(pool)
  log('ledger and daily sums are empty')
  for (let left = MAX_ROWS_PER_STATEMENT; left === MAX_ROWS_PER_STATEMENT; ) left = await dropStockSlice(pool)
  await resetStores(pool, options)
  log('levels, gaps and cursors are empty')
}

/** Lets the partitions go on that a rebuild has halted. The last step, once Kafka knows where the group goes on. */
export async function endRebuild(pool: Pool, topic: string): Promise<void> {
  await inTransaction(pool, (trx) => openHalts(trx, { topic, reason: REBUILD_HALT }))
}

async function haltAndMarkSuspect(pool: Pool, { topic, ends, now }: RebuildOptions): Promise<void> {
  const nowUs = usOfDate(now())
  await forEachPart(pool, nowUs, async (trx, { part, cursors }) => {
    // Behind the locks of all cursors: every transaction under way has ended, and every later one sees the halts.
    const halts = ends.map(({ partition, offset }) => ({
      partition,
      nextOffset: offset,
      reason: REBUILD_HALT,
    }))
    await insertHalts(trx, { topic, halts, nowUs })
    markAllSuspect(trx, { part, cursors, nowUs })
  })
}

async function resetStores(pool: Pool, { now }: RebuildOptions): Promise<void> {
  const nowUs = usOfDate(now())
  await forEachPart(pool, nowUs, async (trx, { part, cursors }) => {
    await dropGaps(trx, part)
    await emptyPromisedStock(trx, part)
    // Also those that were parked before their store was known; the beat that proves the new copy resolves them.
    const parked = await countOpenParked(trx)
    const fresh = cursors.map(({ storeId, commandsEra, commandsDone, updatedAtUs }) => {
      const parkedOpen = parked.get(storeId) ?? 0
      return { ...newCursor(storeId, nowUs), commandsEra, commandsDone, parkedOpen, updatedAtUs }
    })
    // A number with no rows: readers see the gap, drop every level and reload from a snapshot.
    takeFeedNumber(trx, part)
    markAllSuspect(trx, { part, cursors: fresh, nowUs })
  })
}

/** Nothing is proved of these stores until a beat finds central's new copy whole and equal. */
function markAllSuspect(
  trx: Transaction,
  { part, cursors, nowUs }: { part: number; cursors: Cursor[]; nowUs: number },
): void {
  const suspected = cursors.map((cursor) =>
    markSuspect({ ...cursor, asOfUs: 0, rebuilding: true }, [], nowUs),
  )
  saveProofs(trx, { part, cursors: suspected, nowUs })
}

/** A transaction for each part, behind the locks of all its stores' cursors. */
async function forEachPart(
  pool: Pool,
  nowUs: number,
  work: (trx: Transaction, locked: { part: number; cursors: Cursor[] }) => Promise<void>,
): Promise<void> {
  for (let part = 0; part < PARTS; part += 1) {
    await inTransaction(pool, async (trx) => {
      const storeIds = await storesOf(trx, part)
      const there = await trx.ask(lockCursors({ part, storeIds }))
      const without = storeIds.filter((storeId) => !there.has(storeId))
      if (without.length > 0) await beginCursors(trx, { part, storeIds: without, nowUs })
      const cursors = without.length > 0 ? await trx.ask(lockCursors({ part, storeIds })) : there
      await work(trx, { part, cursors: [...cursors.values()] })
    })
  }
}
