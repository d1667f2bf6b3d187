import { setTimeout as pause } from 'node:timers/promises'
import { Fault, MAX_LINES } from '@shelfwire/contracts'
import { createLane, type FailureAction } from '@shelfwire/lane'
import {
  type Connection,
  classifyError,
  connectLane,
  type DatabaseAddress,
  killSession,
  mysqlCode,
  outcomeUnknown,
  transact,
} from '@shelfwire/mysql'
import { lockHead } from '../journal/head-sql.ts'
import { type LaneRequest, type Operation, type Outcome, requestOf } from './operation.ts'
import { type Committing, type LaneContext, runBatch } from './run-batch.ts'

/**
 * Lines that one transaction takes, and so as many as the largest request has: they keep the head locked for some 50 ms,
 * discrepancies counted in.
 */
const MAX_BATCH_LINES = MAX_LINES
/** Lines that may wait: a few seconds of work, and a whole uploaded batch beside the tills. */
const MAX_WAITING_LINES = 20_000
/** How long a batch is tried again while the database is away. */
const RESOLVE_WITHIN_MS = 10_000
/**
 * How long the server may be silent about one statement: longer than it waits for a lock by itself. A disk that is
 * full holds a COMMIT back until space is freed, and meanwhile the tills must get an error.
 */
const ANSWER_WITHIN_MS = 7_000
/** After so many silences a batch is too much for the server, or the server doesn't answer anybody. */
const SILENCES_BEFORE_SPLIT = 2
const MAX_PAUSE_MS = 500

export interface StoreLaneOptions extends LaneContext {
  address: DatabaseAddress
  /** Called after each transaction that was committed. */
  onCommit?: (batch: readonly LaneRequest[], committed: Committing, seconds: number) => void
  resolveWithinMs?: number
  answerWithinMs?: number
}

/** The store's one way to write. */
export interface StoreLane {
  /**
   * Resolves once the transaction that holds the request is committed. Rejects with the Faults `lane_full`, `lane_closed`,
   * `database_unavailable` or `outcome_unknown`, or with the error of a statement that can't succeed.
   */
  submit<Request, Result extends Outcome, Found, Need>(
    operation: Operation<Request, Result, Found, Need>,
    request: Request,
  ): Promise<Result>
  /**
   * Submits requests that depend on each other, to be run in this order; returns one promise for each. When one is
   * rejected with a Fault that can be retried, those behind it are rejected, too.
   */
  submitInOrder<Request, Result extends Outcome, Found, Need>(
    operation: Operation<Request, Result, Found, Need>,
    requests: readonly Request[],
  ): Promise<Result>[]
  readonly waiting: number
  /** Why the database took nothing when a batch was last given up; null once it has taken one since. */
  readonly trouble: string | null
  close(): Promise<void>
}

/** A lane on one session of its own; any number of them, in any processes, may work on one database. */
export function createStoreLane(options: StoreLaneOptions): StoreLane {
  const { address, onCommit = () => {}, resolveWithinMs = RESOLVE_WITHIN_MS } = options
  const { answerWithinMs = ANSWER_WITHIN_MS } = options
  let session: Connection | undefined
  /** Since when what is to be committed has been tried; undefined while nothing is. */
  let awaySinceMs: number | undefined
  let inDoubt = false
  let trouble: string | null = null
  /** How often in a row the server was silent for too long. */
  let silences = 0
  /** The server's number of a session that it was silent on, and may still be working for. */
  let silentThread: number | undefined

  async function openSession(): Promise<Connection> {
    const opened = await connectLane(address, { answerWithinMs })
    if (silentThread !== undefined) {
      // The server goes on with a statement whose client is gone, and keeps the head locked for as long.
      await killSession(opened, silentThread, answerWithinMs).catch(() => {})
      silentThread = undefined
    }
    return opened
  }

  async function transactBatch(batch: readonly LaneRequest[]): Promise<Outcome[]> {
    const began = performance.now()
    awaySinceMs ??= began
    session ??= await openSession()
    const committed = await transact(session, (trx) => runBatch(trx, batch, options), { answerWithinMs })
    awaySinceMs = undefined
    inDoubt = false
    silences = 0
    trouble = null
    onCommit(batch, committed, (performance.now() - began) / 1_000)
    return committed.outcomes
  }

  /** Trouble with the database as the Fault its callers get if it doesn't end; a bad statement stays what it is. */
  async function transactOrFault(batch: readonly LaneRequest[]): Promise<Outcome[]> {
    try {
      return await transactBatch(batch)
    } catch (error) {
      const commitLost = error instanceof Fault && error.code === 'outcome_unknown'
      if (!commitLost && classifyError(error) === 'statement') {
        awaySinceMs = undefined
        throw error
      }
      // Once an answer to COMMIT was lost, this batch stays in doubt until a later attempt succeeds.
      inDoubt ||= commitLost
      if (isSilence(error)) {
        silences += 1
        // A COMMIT is left to end by itself: a server whose disk is full shuts down when it is interrupted.
        if (!commitLost) silentThread = session?.threadId
      }
      if (commitLost || classifyError(error) !== 'contention') dropSession()
      throw inDoubt ? outcomeUnknown(error) : databaseUnavailable(error)
    }
  }

  async function onFailure(error: unknown, attempt: number): Promise<FailureAction> {
    if (!(error instanceof Fault && error.canRetry)) return 'split'
    if (silences >= SILENCES_BEFORE_SPLIT && (await headIsFree())) {
      // The server answers, so it is this batch that it can't do in time.
      awaySinceMs = undefined
      return 'split'
    }
    // Not reset here: while the database stays away, those behind are rejected at once instead of waiting in turn.
    if (performance.now() - (awaySinceMs ?? 0) > resolveWithinMs) {
      inDoubt = false
      trouble = error.cause instanceof Error ? error.cause.message : error.message
      // A request must not wait for this batch and then for its own: a till waits for one of these times at most.
      return { rejectQueued: databaseUnavailable(error) }
    }
    // The first time at once: a session that the server ended while idle costs no pause.
    if (attempt > 1) await pause(Math.min(MAX_PAUSE_MS, 2 ** attempt) * (0.5 + Math.random() / 2))
    return 'retry'
  }

  /** Whether the server answers, and lets a small transaction have the head. */
  async function headIsFree(): Promise<boolean> {
    try {
      session ??= await openSession()
      await transact(session, (trx) => trx.ask(lockHead(options.storeId)), { answerWithinMs })
      return true
    } catch {
      dropSession()
      return false
    }
  }

  function dropSession(): void {
    session?.destroy()
    session = undefined
  }

  const lane = createLane<LaneRequest, Outcome>({
    name: "the store's lane",
    maxBatch: MAX_BATCH_LINES,
    maxWaiting: MAX_WAITING_LINES,
    transact: transactOrFault,
    onFailure,
    weigh: ({ operation, request }) => operation.weigh(request),
  })

  // The lane answers each request with what its own operation has decided.
  return {
    submit: (operation, request) => lane.submit(requestOf(operation, request)) as Promise<never>,
    submitInOrder: (operation, requests) =>
      lane.submitInOrder(requests.map((request) => requestOf(operation, request))) as Promise<never>[],
    get waiting() {
      return lane.waiting
    },
    get trouble() {
      return trouble
    },
    async close() {
      await lane.close()
      await session?.end().catch(() => {})
    },
  }
}

/** The database's trouble as a Fault that can be retried; an error of a statement that can't succeed stays as it is. */
export function databaseUnavailable(cause: unknown): unknown {
  if (!(cause instanceof Fault) && classifyError(cause) === 'statement') return cause
  const message = "the store's database does not answer"
  return new Fault('database_unavailable', message, { canRetry: true, cause })
}

/** Whether the server did not answer within its limit. */
function isSilence(error: unknown): boolean {
  const cause = error instanceof Fault ? error.cause : error
  return mysqlCode(cause) === 'PROTOCOL_SEQUENCE_TIMEOUT'
}
