import { datetimeOfUs, usOfDate } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { doCommand } from '../commands/do-command.ts'
import { openSlice } from '../epochs/open-slice.ts'
import { saveBeat } from '../heartbeats/heartbeats-sql.ts'
import { type Books, closeBooks, type Head, openBooks } from '../journal/books.ts'
import { openDraft } from '../journal/draft.ts'
import { lockHead, saveHead } from '../journal/head-sql.ts'
import { appendEntries } from '../journal/journal-sql.ts'
import { recordingTimeUs } from '../requests/recording-time.ts'
import { findKeys, saveAnswers } from '../requests/requests-sql.ts'
import type { SteadyClock } from '../requests/steady-clock.ts'
import { readStock, saveStock } from '../stock/stock-sql.ts'
import { answerWrite, type Keys } from '../writes/answer-write.ts'
import type { CaseTwins } from '../writes/name-lines.ts'
import { completeChanges } from './counted-changes.ts'
import type { LaneAnswer, LaneRequest } from './lane-request.ts'

export interface LaneContext {
  storeId: string
  now: () => Date
  /** By which answers are kept; kept itself in the head, below which it never falls. */
  steady: SteadyClock
  /** Of SKUs that differ only in case; `refuse` unless told. */
  caseTwins?: CaseTwins | undefined
}

/**
 * The story of one lane transaction: lock, read, decide in arrival order in memory, write. It may be run again after
 * any failure, also when the answer to COMMIT was lost: it reads the keys under the lock before it decides, and
 * finds there what an earlier attempt has kept.
 */
export async function runBatch(
  trx: Transaction,
  batch: readonly LaneRequest[],
  { storeId, now, steady, caseTwins }: LaneContext,
): Promise<LaneAnswer[]> {
  // Before the lock: everything committed before this ping was sent is then certainly at or below our number.
  const ping = takeNewestPing(batch)
  const writeRequests = batch.filter((request) => request.type === 'write')
  const writes = writeRequests.map(({ write }) => write)
  const skus = new Set(writes.flatMap(({ lines }) => lines.map(({ sku }) => sku)))
  // One message to the server: the lock first, and what it guards behind it.
  const [head, { remembered, recorded }, levels] = await trx.together([
    lockHead(storeId),
    findKeys(storeId, writes),
    readStock(skus),
  ])
  const keys: Keys = { remembered, recorded, made: [] }
  const steadyAtUs = readSteady(steady, head)
  const machineUs = usOfDate(now())
  const books = openBooks(
    { ...head, steadyAtUs },
    { skus, rows: levels },
    { steadyUs: steadyAtUs, recordedAtUs: recordingTimeUs(machineUs, steadyAtUs) },
  )
  const counted = writeRequests.flatMap(({ write, changes }) => (changes ? [{ write, changes }] : []))
  const changesSince = await completeChanges(trx, books, counted)

  const today = datetimeOfUs(steadyAtUs).slice(0, 10)
  const answers: LaneAnswer[] = []
  for (const request of batch) {
    if (request.type === 'beat') answers.push({ type: 'beat' })
    else if (request.type === 'command')
      answers.push({
        type: 'command',
        answer: await doCommand(trx, openDraft(books), { ...request.order, today }),
      })
    else if (request.type === 'opening')
      answers.push({ type: 'opening', answer: await openSlice(trx, openDraft(books), request.order) })
    else {
      const since = changesSince(request.write, books.entries)
      answers.push({ type: 'write', ...answerWrite(request.write, { books, keys, since, caseTwins }) })
    }
  }
  await writeBooks(trx, books)
  // By the later: the steady clock is behind for an hour after the store was closed, and then makes up for all of it.
  saveAnswers(trx, keys.made, Math.max(machineUs, steadyAtUs))
  if (ping !== undefined) saveBeat(trx, { head: books.head, ping, nowUs: usOfDate(now()) })
  return answers
}

/** One statement per table, so that everyone who waits shares the cost; they go with COMMIT, in one message. */
async function writeBooks(trx: Transaction, books: Books): Promise<void> {
  appendEntries(trx, books.entries)
  saveStock(trx, closeBooks(books))
  saveHead(trx, books.head)
  for (const write of books.ownWrites) await write(trx, books.head)
}

/** Never below what any process of the store has kept. */
function readSteady(steady: SteadyClock, { steadyAtUs }: Head): number {
  if (steadyAtUs !== null) steady.raise(new Date(steadyAtUs / 1_000))
  return Math.max(usOfDate(steady.now()), steadyAtUs ?? 0)
}

/** Undefined when nobody asked for a beat; 0 when no ping was ever heard. */
function takeNewestPing(batch: readonly LaneRequest[]): number | undefined {
  const pings = batch.flatMap((request) => (request.type === 'beat' ? [request.takePing()] : []))
  return pings.length === 0 ? undefined : Math.max(...pings)
}
