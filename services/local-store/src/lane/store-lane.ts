import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import { createLane, type Remedy } from '@shelfwire/lane'
import {
  type Connection,
  connectLane,
  type DatabaseAddress,
  outcomeUnknown,
  transact,
  troubleOf,
} from '@shelfwire/mysql'
import type { CaseTwins } from '../writes/name-lines.ts'
import type { Write, WriteAnswer } from '../writes/write.ts'
import {
  type CommandAnswer,
  type CommandOrder,
  type LaneAnswer,
  type LaneRequest,
  weighRequest,
} from './lane-request.ts'
import { runBatch } from './run-batch.ts'

/** Lines that one transaction takes: well below 10,000 rows a statement, discrepancies counted in. */
const MAX_BATCH_LINES = 2_000
/** Lines that may wait: a few seconds of work, and a whole uploaded batch beside the tills. */
const MAX_WAITING_LINES = 20_000
/** How long a batch is tried again while the database is away. */
const RESOLVE_WITHIN_MS = 10_000
/**
 * How long the server may be silent about one statement: longer than it waits for a lock by itself. A disk that is
 * full holds a COMMIT back until somebody frees it, and meanwhile the tills must be told.
 */
const ANSWER_WITHIN_MS = 7_000
const MAX_PAUSE_MS = 500

export interface StoreLaneOptions {
  address: DatabaseAddress
  storeId: string
  now: () => Date
  /** By which answers are kept; `now` unless told. */
  keptNow?: () => Date
  /** Of SKUs that differ only in case; `refuse` unless told. */
  caseTwins?: CaseTwins
  /** Told after each transaction that took part in answering. */
  onCommit?: (batch: readonly LaneRequest[], answers: readonly LaneAnswer[], seconds: number) => void
  resolveWithinMs?: number
  answerWithinMs?: number
}

/** The store's one way to write. */
export interface StoreLane {
  write(write: Write): Promise<WriteAnswer>
  beat(takePing: () => number): Promise<void>
  command(order: CommandOrder): Promise<CommandAnswer>
  readonly waiting: number
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

  async function transactBatch(batch: readonly LaneRequest[]): Promise<LaneAnswer[]> {
    const began = performance.now()
    awaySinceMs ??= began
    session ??= await connectLane(address, { answerWithinMs })
    const answers = await transact(session, (trx) => runBatch(trx, batch, options), { answerWithinMs })
    awaySinceMs = undefined
    inDoubt = false
    onCommit(batch, answers, (performance.now() - began) / 1_000)
    return answers
  }

  /** Trouble with the database as the Fault its callers get if it doesn't end; a bad statement stays what it is. */
  async function transactOrFault(batch: readonly LaneRequest[]): Promise<LaneAnswer[]> {
    try {
      return await transactBatch(batch)
    } catch (error) {
      const commitLost = error instanceof Fault && error.code === 'outcome_unknown'
      if (!commitLost && troubleOf(error) === 'statement') {
        awaySinceMs = undefined
        throw error
      }
      // Once an answer to COMMIT was lost, this batch stays in doubt until a later attempt succeeds.
      inDoubt ||= commitLost
      if (commitLost || troubleOf(error) !== 'contention') dropSession()
      throw inDoubt ? outcomeUnknown(error) : unavailable(error)
    }
  }

  async function remedy(error: unknown, attempt: number): Promise<Remedy> {
    if (!(error instanceof Fault && error.canRetry)) return 'split'
    // Not reset here: while the database stays away, those behind are told at once instead of waiting in turn.
    if (performance.now() - (awaySinceMs ?? 0) > resolveWithinMs) {
      inDoubt = false
      // Nobody shall wait for this batch and then for one's own: what a till has patience for is one of these times.
      return { turnAway: unavailable(error) }
    }
    // The first time at once: a session that the server ended while idle costs nobody a pause.
    if (attempt > 1) await pause(Math.min(MAX_PAUSE_MS, 2 ** attempt) * (0.5 + Math.random() / 2))
    return 'retry'
  }

  function unavailable(cause: unknown): Fault {
    return new Fault('database_unavailable', "the store's database does not answer", {
      canRetry: true,
      cause,
    })
  }

  function dropSession(): void {
    session?.destroy()
    session = undefined
  }

  const lane = createLane<LaneRequest, LaneAnswer>({
    name: "the store's lane",
    maxBatch: MAX_BATCH_LINES,
    maxWaiting: MAX_WAITING_LINES,
    transact: transactOrFault,
    remedy,
    weigh: weighRequest,
  })

  return {
    async write(write) {
      const answer = await lane.submit({ type: 'write', write })
      return (answer as Extract<LaneAnswer, { type: 'write' }>).answer
    },
    async beat(takePing) {
      await lane.submit({ type: 'beat', takePing })
    },
    async command(order) {
      const answer = await lane.submit({ type: 'command', order })
      return (answer as Extract<LaneAnswer, { type: 'command' }>).answer
    },
    get waiting() {
      return lane.waiting
    },
    async close() {
      await lane.close()
      await session?.end().catch(() => {})
    },
  }
}
