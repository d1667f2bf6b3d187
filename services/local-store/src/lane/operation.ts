import type { Entry } from '@shelfwire/contracts'
import type { KeptAnswer, KeyedRequest } from '@shelfwire/idempotency'
import type { Query, Reader } from '@shelfwire/mysql'
import type { Books } from '../journal/books.ts'
import type { Draft } from '../journal/draft.ts'

/** What became of a request, in the words of the shop. Metrics count it by these two. */
export interface Outcome {
  outcome: string
  /** Why it was refused. */
  code?: string
}

/** What became of a request whose key was used before. */
export type KeyOutcome =
  /** It was answered before; its answer was kept as text. */
  | { outcome: 'repeated'; answer: { status: number; text: string } }
  /** Another request was answered under this key. */
  | { outcome: 'refused'; code: 'idempotency_key_reused'; requestId: string }
  /** The key has entries in the journal, and its answer isn't kept any more. */
  | { outcome: 'refused'; code: 'already_recorded'; requestId: string }

/** What a request needs read behind the head's lock, in the transaction's first message. */
export interface Reads {
  /** SKUs whose levels it looks at or changes, and those that differ from them only in case. */
  skus?: Iterable<string>
  /** Its idempotency key; none for what no caller sends twice. */
  key?: KeyedRequest
}

export type Decision<Result, Need> =
  /** What was drafted stays. */
  | { draft: 'keep'; result: Result }
  /** What was drafted is taken back, except what `keepSoFar` marked. */
  | { draft: 'discard'; result: Result }
  /** Can't be decided without reading more; all that was drafted is taken back, and the request is decided again. */
  | { draft: 'restart'; need: Need }

export const keepDraft = <Result>(result: Result) => ({ draft: 'keep', result }) as const
export const discard = <Result>(result: Result) => ({ draft: 'discard', result }) as const
export const needMore = <Need>(need: Need) => ({ draft: 'restart', need }) as const

/** How the answers of an operation whose requests have keys are kept. */
export interface AnswerKeeping<Result> {
  /**
   * What to keep of the answer: its text, or null as text when it can be made again from the entries; undefined when
   * nothing is kept, and the same request is decided again.
   */
  keep(result: Result): KeptAnswer | undefined
  /** The outcome of a request that is repeated, made again from its entries in the journal. */
  restore(entries: Entry[], storeId: string): Result
}

/**
 * One thing that the lane can be asked to do. `Found` is what the operation reads for all its requests of a transaction,
 * beside levels and keys; `Need` is what a decision may ask to be read further. The methods are called once for each
 * attempt of a transaction, except `weigh`, and may not change anything but the draft.
 */
export interface Operation<Request, Result extends Outcome, Found = undefined, Need = never> {
  /** Named in metrics. */
  readonly name: string
  /** The cost of a request in rows to write, at least 1; one transaction takes 1,000. */
  weigh(request: Request): number
  reads(request: Request): Reads
  /** Called before the head is locked; the query runs behind the lock, in the same message. Only with a `Found`. */
  read?(requests: readonly Request[]): Query<Found>
  /** Reads what a decision needs, in messages of its own; the result takes the place of `found`. Only with a `Need`. */
  readMore?(reader: Reader, need: Need, known: Known<Request, Found>): Promise<Found>
  /** Decides one request in memory and drafts what it changes. The requests before it in the transaction are decided. */
  decide(request: Request, draft: Draft, found: Found): Decision<Result, Need>
  /** Required when requests have keys. */
  answers?: AnswerKeeping<Result>
}

/** What is known when a decision needs more. */
export interface Known<Request, Found> {
  request: Request
  /** All requests of the operation in this transaction. */
  requests: readonly Request[]
  found: Found
  books: Books
}

/** Any operation. Its methods are called with its own requests only: {@link requestOf} is where they meet. */
export type AnyOperation = Operation<unknown, Outcome, unknown, unknown>

/** A request as it waits in the lane. */
export interface LaneRequest {
  operation: AnyOperation
  request: unknown
}

export function requestOf<Request, Result extends Outcome, Found, Need>(
  operation: Operation<Request, Result, Found, Need>,
  request: Request,
): LaneRequest {
  return { operation, request }
}
