import { type Connection, readerOn, transact } from '@shelfwire/mysql'
import type { Head } from '../journal/books.ts'
import { readHeadOn } from '../journal/head-sql.ts'
import { requestOf } from '../lane/operation.ts'
import { runBatch } from '../lane/run-batch.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import { countStock } from '../stock/stock-page-sql.ts'
import { type OpeningAnswer, type OpeningOrder, openInSlices, openingOperation } from './opening-operation.ts'

export interface OpeningOptions {
  storeId: string
  now: () => Date
  /** For people; stands in every entry of the opening. */
  reason: string
  /**
   * An epoch that others know of the store already; 0 when there is none. A restored store may have forgotten it, and
   * must not give its numbers a second time.
   */
  aboveEpoch: number
}

/**
 * Starts the store's journal again, step by step on a session of its own; each step is right even beside a service that
 * runs. However it ends, the store can sell: in its old epoch, or in the new one, whose opening its service goes on
 * with. Returns the new head and how many SKUs it begins with. Throws the Fault `head_missing`.
 */
export async function openEpoch(
  connection: Connection,
  { storeId, now, reason, aboveEpoch }: OpeningOptions,
): Promise<{ head: Head; skus: number }> {
  const reader = readerOn(connection)
  const before = await readHeadOn(reader, storeId)
  const kept = before.steadyAtUs === null ? null : new Date(before.steadyAtUs / 1_000)
  const steady = createSteadyClock({ now, kept })
  const epoch = Math.max(before.epoch, aboveEpoch) + 1
  async function step(order: OpeningOrder): Promise<OpeningAnswer> {
    const { outcomes } = await transact(connection, (trx) =>
      runBatch(trx, [requestOf(openingOperation, order)], { storeId, now, steady }),
    )
    return outcomes[0] as OpeningAnswer
  }
  await openInSlices({ epoch, reason, after: '', recount: true }, step)
  return { head: await readHeadOn(reader, storeId), skus: await countStock(reader) }
}
