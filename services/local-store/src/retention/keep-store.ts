import { usOfDate } from '@shelfwire/contracts'
import { type DayTable, doChores, keepDays, type Pool, readerOn, readPartitions } from '@shelfwire/mysql'
import { beganAtUs } from '../epochs/epochs-sql.ts'
import { openInSlices, openingOperation } from '../epochs/opening-operation.ts'
import type { Head } from '../journal/books.ts'
import { readHead } from '../journal/head-sql.ts'
import type { StoreLane } from '../lane/store-lane.ts'
import { epochRanges, isEpochOver, mayForget } from './decide-epochs.ts'
import { JOURNAL, makeRoom } from './journal-room.ts'
import { endedAtUs } from './retention-sql.ts'

/** Copies of journal rows, which have travelled within seconds. */
const REPLAYS: DayTable = { schema: 'store', table: 'replays', daysEach: 7, daysKept: 7 }

export interface KeepOptions {
  pool: Pool
  /** Of the user who makes and drops partitions. */
  maintenance: Pool
  lane: Pick<StoreLane, 'submit'>
  storeId: string
}

/** What one run did. */
export interface Kept {
  /** Partitions that were dropped. */
  dropped: string[]
  /** The epoch that was opened, or whose opening was gone on with; null when none was. */
  opened: number | null
}

/**
 * Keeps a store from growing without end, once an hour or so: drops what is old by partition, makes partitions ahead,
 * and opens the next epoch when the running one has lasted a year, because only finished epochs can be dropped. `now`
 * must be the steady clock's, so that nothing is dropped by a machine's clock that has leapt.
 */
export async function keepStore(options: KeepOptions, now: Date): Promise<Kept> {
  const { pool, maintenance, storeId } = options
  const head = await readHead(pool, storeId)
  // First: central calls the store suspect until then, and the rest may fail for as long as another session reads the journal.
  const resumed = await resumeOpening(options)
  const replays = await keepDays(maintenance, REPLAYS, { now })
  const dropped = await dropEpochs(options, head, usOfDate(now))
  await makeRoom(maintenance, readerOn(pool), head.epoch + 1)
  const opened = resumed ?? (await openWhenOver(options, head, now))
  return { dropped: [...replays.drop, ...dropped], opened }
}

async function dropEpochs({ pool, maintenance }: KeepOptions, head: Head, nowUs: number): Promise<string[]> {
  const partitions = await readPartitions(maintenance, JOURNAL)
  const drop: string[] = []
  for (const range of epochRanges(partitions)) {
    const ended = await endedAtUs(readerOn(pool), range)
    if (mayForget(range, { head, endedAtUs: ended, nowUs })) drop.push(range.name)
  }
  await doChores(maintenance, JOURNAL, { add: [], drop, partitions })
  return drop
}

/** Goes on with an opening that was cut off; returns its epoch, or null when there is none. */
export async function resumeOpening({ pool, lane, storeId }: KeepOptions): Promise<number | null> {
  const { epoch, openingReason } = await readHead(pool, storeId)
  if (openingReason === null) return null
  await openInSlices({ epoch, reason: openingReason, after: '' }, (order) =>
    lane.submit(openingOperation, order),
  )
  return epoch
}

/** Opens the next epoch when the running one is over. */
async function openWhenOver({ pool, lane }: KeepOptions, head: Head, now: Date): Promise<number | null> {
  if (!isEpochOver(await beganAtUs(pool, head.epoch), usOfDate(now))) return null
  const epoch = head.epoch + 1
  await openInSlices({ epoch, reason: 'a year is over', after: '' }, (order) =>
    lane.submit(openingOperation, order),
  )
  return epoch
}
