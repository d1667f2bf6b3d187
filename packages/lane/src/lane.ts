import { Fault } from '@shelfwire/contracts'

/** What to do with a batch whose transaction failed. */
export type Remedy =
  /** Nothing was kept, or the story will find out what was: run the same batch again. */
  | 'retry'
  /** The transaction can never succeed as it is: halve it until the culprit stands alone. */
  | 'split'
  /** Answer every request of the batch with this error. */
  | 'fail'
  /** The same, and answer those who wait behind it with this other error: they would only wait for the same in turn. */
  | { turnAway: unknown }

export interface LaneOptions<Request, Answer> {
  /** Named in errors. */
  name: string
  /** The most weight that one transaction takes, asked before each; a single heavier request still goes, alone. */
  maxBatch: number | ((waitingWeight: number) => number)
  /** The most weight that may wait; beyond it a request is refused with `lane_full`. */
  maxWaiting: number
  /** One transaction for all of `batch`, in arrival order: one answer each, at the same index. */
  transact: (batch: readonly Request[]) => Promise<readonly Answer[]>
  /** How to go on after `transact` threw for the `attempt`-th time (from 1); may await what it has to mend first. */
  remedy: (error: unknown, attempt: number) => Remedy | Promise<Remedy>
  /** What a request costs of the two bounds; 1 unless told. */
  weigh?: (request: Request) => number
}

interface Waiting<Request, Answer> {
  request: Request
  weight: number
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/** A queue that turns many waiting requests into one database transaction. */
export interface Lane<Request, Answer> {
  /** Answers once the transaction that holds the request is committed. Rejects with the Fault `lane_full` or `lane_closed`. */
  submit(request: Request): Promise<Answer>
  /** Requests waiting, the running transaction's left out. */
  readonly waiting: number
  /** Takes no more requests; resolves when all that were taken are answered. */
  close(): Promise<void>
}

/**
 * A write lane with group commit: while one transaction commits, new requests collect, and the next takes all of
 * them up to a bound. There is never a timer: an idle lane starts at once, and a busy one batches by itself, more
 * the slower the disk. (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984, with
 * the group formed by the commit before it instead of by a clock.)
 */
export function createLane<Request, Answer>(options: LaneOptions<Request, Answer>): Lane<Request, Answer> {
  const { name, maxBatch, maxWaiting, transact, remedy, weigh = () => 1 } = options
  let queue: Waiting<Request, Answer>[] = []
  let waitingWeight = 0
  let closed = false
  let running: Promise<void> | undefined

  async function runAll(): Promise<void> {
    // One turn of the event loop: requests that arrived in the same read from the network share a transaction.
    await new Promise(setImmediate)
    while (queue.length > 0) await runBatch(takeBatch())
    running = undefined
  }

  function takeBatch(): Waiting<Request, Answer>[] {
    const limit = typeof maxBatch === 'number' ? maxBatch : maxBatch(waitingWeight)
    let count = 0
    let weight = 0
    for (const entry of queue) {
      if (count > 0 && weight + entry.weight > limit) break
      count += 1
      weight += entry.weight
    }
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    waitingWeight -= weight
    return batch
  }

  async function runBatch(batch: Waiting<Request, Answer>[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answers = await transact(batch.map(({ request }) => request))
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer)
        return
      } catch (error) {
        const next = await decideRemedy(error, attempt)
        if (next === 'retry') continue
        if (next === 'split' && batch.length > 1) {
          const middle = Math.ceil(batch.length / 2)
          await runBatch(batch.slice(0, middle))
          await runBatch(batch.slice(middle))
          return
        }
        for (const { reject } of batch) reject(error)
        if (typeof next === 'object') turnAway(next.turnAway)
        return
      }
    }
  }

  function turnAway(error: unknown): void {
    const waiting = queue
    queue = []
    waitingWeight = 0
    for (const { reject } of waiting) reject(error)
  }

  // A remedy that throws must not leave everyone behind it waiting for ever.
  async function decideRemedy(error: unknown, attempt: number): Promise<Remedy> {
    try {
      return await remedy(error, attempt)
    } catch {
      return 'fail'
    }
  }

  return {
    submit(request) {
      if (closed)
        return Promise.reject(new Fault('lane_closed', `${name} is shutting down`, { canRetry: true }))
      const weight = weigh(request)
      if (waitingWeight > 0 && waitingWeight + weight > maxWaiting) {
        return Promise.reject(
          new Fault('lane_full', `${name} has too much waiting; try again`, { canRetry: true }),
        )
      }
      return new Promise((resolve, reject) => {
        queue.push({ request, weight, resolve, reject })
        waitingWeight += weight
        running ??= runAll()
      })
    },
    get waiting() {
      return queue.length
    },
    async close() {
      closed = true
      await running
    },
  }
}
