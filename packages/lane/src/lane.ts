import { Fault } from '@shelfwire/contracts'

/** What to do with a batch whose transaction failed. */
export type FailureAction =
  /** Nothing was committed, or the transaction finds out what was: run the same batch again. */
  | 'retry'
  /** The transaction can't succeed as it is: run each half by itself, down to the one request that fails alone. */
  | 'split'
  /** Reject every request of the batch with the transaction's error. */
  | 'fail'
  /** The same, and reject the requests queued behind the batch with this error: their transactions would fail, too. */
  | { rejectQueued: unknown }

export interface LaneOptions<Request, Answer> {
  /** Named in errors. */
  name: string
  /** The largest total weight of one transaction, evaluated before each. A single heavier request runs alone. */
  maxBatch: number | ((waitingWeight: number) => number)
  /** The largest total weight in the queue; a request beyond it is rejected with `lane_full`. */
  maxWaiting: number
  /** One transaction for all of `batch`, in arrival order: one answer each, at the same index. */
  transact: (batch: readonly Request[]) => Promise<readonly Answer[]>
  /** Decides how to go on after `transact` threw for the `attempt`-th time (from 1); may wait before a retry. */
  onFailure: (error: unknown, attempt: number) => FailureAction | Promise<FailureAction>
  /** The weight of a request, at least 1; 1 for each by default. */
  weigh?: (request: Request) => number
}

/** Requests that were submitted together. */
interface Sequence {
  /** The error of the first of them that failed but may succeed later; those behind it are rejected with it. */
  brokenBy: unknown
}

interface Waiting<Request, Answer> {
  request: Request
  weight: number
  sequence: Sequence
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/** A queue that turns many waiting requests into one database transaction. */
export interface Lane<Request, Answer> {
  /**
   * Resolves once the transaction that holds the request is committed. Rejects with the Fault `lane_full` or
   * `lane_closed`, or with what the transaction threw.
   */
  submit(request: Request): Promise<Answer>
  /**
   * Submits requests that depend on each other, such as a receipt and a sale of the same units; returns one promise for
   * each. They run in this order. When one is rejected with a Fault that can be retried (`lane_full`, a database that is
   * unavailable), those behind it are rejected, too.
   */
  submitInOrder(requests: readonly Request[]): Promise<Answer>[]
  /** Requests in the queue, without those of the running transaction. */
  readonly waiting: number
  /** Takes no more requests; resolves when all queued requests are answered. */
  close(): Promise<void>
}

/**
 * A write lane with group commit: while one transaction commits, new requests queue, and the next transaction takes all
 * of them up to a bound. There is no timer: an idle lane starts at once, and batches grow with the time that a commit
 * takes. (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984, with the group formed by
 * the commit before it instead of by a clock.)
 */
export function createLane<Request, Answer>(options: LaneOptions<Request, Answer>): Lane<Request, Answer> {
  const { name, maxBatch, maxWaiting, transact, onFailure, weigh = () => 1 } = options
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

  /** Runs a batch, in its order; a part that has to be split is replaced by its halves. */
  async function runBatch(batch: Waiting<Request, Answer>[]): Promise<void> {
    const parts = [batch]
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const unbroken = rejectBroken(part)
      if (unbroken.length === 0) continue
      const outcome = await runPart(unbroken)
      if (outcome === 'split') {
        const middle = Math.ceil(unbroken.length / 2)
        parts.unshift(unbroken.slice(0, middle), unbroken.slice(middle))
      }
      if (typeof outcome === 'object')
        rejectAll([...parts.splice(0).flat(), ...takeQueue()], outcome.rejectQueued)
    }
  }

  async function runPart(
    part: Waiting<Request, Answer>[],
  ): Promise<'done' | 'failed' | 'split' | { rejectQueued: unknown }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answers = await transact(part.map(({ request }) => request))
        for (const [index, { resolve }] of part.entries()) resolve(answers[index] as Answer)
        return 'done'
      } catch (error) {
        const next = await decideAction(error, attempt)
        if (next === 'retry') continue
        if (next === 'split' && part.length > 1) return 'split'
        rejectAll(part, error)
        return typeof next === 'object' ? next : 'failed'
      }
    }
  }

  function takeQueue(): Waiting<Request, Answer>[] {
    const waiting = queue
    queue = []
    waitingWeight = 0
    return waiting
  }

  function rejectAll(waiting: readonly Waiting<Request, Answer>[], error: unknown): void {
    const mayBeDoneLater = error instanceof Fault && error.canRetry
    for (const { sequence, reject } of waiting) {
      if (mayBeDoneLater) sequence.brokenBy ??= error
      reject(error)
    }
  }

  /** Rejects the requests that depend on one that failed; returns the others. */
  function rejectBroken(part: Waiting<Request, Answer>[]): Waiting<Request, Answer>[] {
    return part.filter(({ sequence, reject }) => {
      if (sequence.brokenBy === undefined) return true
      reject(sequence.brokenBy)
      return false
    })
  }

  // Should `onFailure` throw, the requests in the queue must still be answered.
  async function decideAction(error: unknown, attempt: number): Promise<FailureAction> {
    try {
      return await onFailure(error, attempt)
    } catch {
      return 'fail'
    }
  }

  /** The error with which a request of this weight is rejected now; undefined when it is taken. */
  function refusal(weight: number): Fault | undefined {
    if (!(weight >= 1)) throw new RangeError(`the weight of a request is ${weight}; it must be at least 1`)
    if (closed) return new Fault('lane_closed', `${name} is shutting down`, { canRetry: true })
    if (waitingWeight === 0 || waitingWeight + weight <= maxWaiting) return undefined
    return new Fault('lane_full', `the queue of ${name} is full; try again`, { canRetry: true })
  }

  function enqueue(request: Request, weight: number, sequence: Sequence): Promise<Answer> {
    return new Promise((resolve, reject) => {
      queue.push({ request, weight, sequence, resolve, reject })
      waitingWeight += weight
      running ??= runAll()
    })
  }

  function submitInOrder(requests: readonly Request[]): Promise<Answer>[] {
    const sequence: Sequence = { brokenBy: undefined }
    let refused: Fault | undefined
    return requests.map((request) => {
      const weight = weigh(request)
      refused ??= refusal(weight)
      return refused === undefined ? enqueue(request, weight, sequence) : Promise.reject(refused)
    })
  }

  return {
    submit: (request) => submitInOrder([request])[0] as Promise<Answer>,
    submitInOrder,
    get waiting() {
      return queue.length
    },
    async close() {
      closed = true
      await running
    },
  }
}
