import { type Entry, usOfDate } from '@shelfwire/contracts'
import { type KeyedRequest, saveAnswers } from '@shelfwire/idempotency'
import { combine, type Query, type Transaction } from '@shelfwire/mysql'
import { type Books, closeBooks, type Head, openBooks } from '../journal/books.ts'
import { discardDraft, openDraft, restartDraft } from '../journal/draft.ts'
import { lockHead, saveHead } from '../journal/head-sql.ts'
import { appendEntries } from '../journal/journal-sql.ts'
import { recordingTimeUs } from '../requests/recording-time.ts'
import type { SteadyClock } from '../requests/steady-clock.ts'
import { readStock, saveStock } from '../stock/stock-sql.ts'
import { findKeys, type KnownKeys, keepAnswer, outcomeOfKey } from './known-keys.ts'
import type { AnyOperation, Known, LaneRequest, Outcome, Reads } from './operation.ts'

export interface LaneContext {
  storeId: string
  now: () => Date
  /** By which lifetimes are counted; kept in the head, and never behind it. */
  steady: SteadyClock
}

export interface Committing {
  /** One for each request, at the same index. */
  outcomes: Outcome[]
  /** What was written. */
  books: Books
}

/** How often one request may need more, before that is taken for a mistake of its decider. */
const MAX_RESTARTS = 10

/**
 * One lane transaction: lock the head, read, decide all requests in memory in their order, write. It is safe to run
 * again after any failure, also when the answer to COMMIT was lost: keys are read behind the lock before anything is
 * decided, and so is what an earlier attempt has committed.
 */
export async function runBatch(
  trx: Transaction,
  batch: readonly LaneRequest[],
  { storeId, now, steady }: LaneContext,
): Promise<Committing> {
  const reads = batch.map(({ operation, request }) => operation.reads(request))
  const skus = new Set<string>()
  for (const each of reads) for (const sku of each.skus ?? []) skus.add(sku)
  const keyed = reads.flatMap(({ key }) => key ?? [])
  const requestsOf = requestsByOperation(batch)
  // One message: the lock first, and behind it what it guards.
  const [head, keys, rows, found] = await trx.together([
    lockHead(storeId),
    findKeys(keyed),
    readStock(skus),
    readFor(requestsOf),
  ])
  const steadyUs = readSteady(steady, head)
  const machineUs = usOfDate(now())
  const times = { steadyUs, machineUs, recordedAtUs: recordingTimeUs(machineUs, steadyUs) }
  const books = openBooks({ ...head, steadyAtUs: steadyUs }, { skus, rows }, times)

  const outcomes: Outcome[] = []
  for (const [index, each] of batch.entries()) {
    const { key } = reads[index] as Reads
    outcomes.push(await decideOne(each, { trx, books, keys, key, found, requestsOf }))
  }
  await writeBooks(trx, books, keys)
  return { outcomes, books }
}

/** What operations have read for their requests of one transaction. */
type Found = Map<AnyOperation, unknown>

function readFor(requestsOf: ReadonlyMap<AnyOperation, unknown[]>): Query<Found> {
  const reading = [...requestsOf].flatMap(([operation, requests]) => {
    const query = operation.read?.(requests)
    return query === undefined ? [] : [combine([query], ([found]) => [operation, found] as const)]
  })
  return combine(reading, (found) => new Map(found))
}

interface Deciding {
  trx: Transaction
  books: Books
  keys: KnownKeys
  key: KeyedRequest | undefined
  found: Found
  requestsOf: ReadonlyMap<AnyOperation, unknown[]>
}

/** Nothing is judged before the key, so that a repeated request never hears that nothing was written. */
async function decideOne(
  each: LaneRequest,
  { trx, books, keys, key, found, requestsOf }: Deciding,
): Promise<Outcome> {
  const { operation, request } = each
  const { answers } = operation
  if (key !== undefined) {
    if (answers === undefined)
      throw new Error(`${operation.name} has keys and doesn't say how answers are kept`)
    const restore = (entries: Entry[]) => answers.restore(entries, books.head.storeId)
    const known = outcomeOfKey(keys, key, { restore, batchEntries: books.entries })
    if (known !== undefined) return known
  }
  const draft = openDraft(books)
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts += 1) {
    const decision = operation.decide(request, draft, found.get(operation))
    if (decision.draft === 'restart') {
      restartDraft(draft)
      const requests = requestsOf.get(operation) ?? []
      const known = { request, requests, found: found.get(operation), books }
      found.set(operation, await readMore(trx, operation, { need: decision.need, known }))
      continue
    }
    if (decision.draft === 'discard') discardDraft(draft)
    if (key !== undefined && answers !== undefined)
      keepAnswer(keys, key, { keeping: answers, result: decision.result })
    return decision.result
  }
  throw new Error(`${operation.name} needed more ${MAX_RESTARTS} times for one request`)
}

async function readMore(
  trx: Transaction,
  operation: AnyOperation,
  { need, known }: { need: unknown; known: Known<unknown, unknown> },
): Promise<unknown> {
  if (operation.readMore === undefined)
    throw new Error(`${operation.name} needs more and doesn't say how to read it`)
  return operation.readMore(trx, need, known)
}

function requestsByOperation(batch: readonly LaneRequest[]): Map<AnyOperation, unknown[]> {
  const requestsOf = new Map<AnyOperation, unknown[]>()
  for (const { operation, request } of batch) {
    const requests = requestsOf.get(operation)
    if (requests === undefined) requestsOf.set(operation, [request])
    else requests.push(request)
  }
  return requestsOf
}

/** One statement for each table, so that all requests of the batch share the cost; they go with COMMIT, in one message. */
async function writeBooks(trx: Transaction, books: Books, { made }: KnownKeys): Promise<void> {
  const { head, entries, ownWrites, lastWrites, machineUs, steadyUs } = books
  appendEntries(trx, entries)
  saveStock(trx, closeBooks(books))
  saveHead(trx, head)
  // By the later of both clocks: the steady one is behind for an hour after the store was closed, then makes up for it.
  saveAnswers(trx, made, Math.max(machineUs, steadyUs))
  for (const write of [...ownWrites, ...lastWrites]) await write(trx, head)
}

/** Never behind what any process of the store has kept. */
function readSteady(steady: SteadyClock, { steadyAtUs }: Head): number {
  if (steadyAtUs !== null) steady.raise(new Date(steadyAtUs / 1_000))
  return Math.max(usOfDate(steady.now()), steadyAtUs ?? 0)
}
