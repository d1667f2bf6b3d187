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

/** Requests that were submitted together. */
interface Sequence {
  /** Why one of them was not done although it may be later; then none behind it is done. */
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
  /** Answers once the transaction that holds the request is committed. Rejects with the Fault `lane_full` or `lane_closed`. */
  submit(request: Request): Promise<Answer>
  /**
   * Submits requests that build on each other, such as a receipt and the sale of what it brought: one promise for
   * each. They are done in this order, and from the first on that isn't done but may be later (`lane_full`, a database
   * that is away), none is: those behind it are rejected as well.
   */
  submitInOrder(requests: readonly Request[]): Promise<Answer>[]
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

  /** Runs a batch to its end, in parts and in order when it has to be split. */
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
        rejectAll([...parts.splice(0).flat(), ...takeQueue()], outcome.turnAway)
    }
  }

  async function runPart(
    part: Waiting<Request, Answer>[],
  ): Promise<'done' | 'failed' | 'split' | { turnAway: unknown }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answers = await transact(part.map(({ request }) => request))
        for (const [index, { resolve }] of part.entries()) resolve(answers[index] as Answer)
        return 'done'
      } catch (error) {
        const next = await decideRemedy(error, attempt)
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

  /** Those that may still be done; the others would be done without what they build on. */
  function rejectBroken(part: Waiting<Request, Answer>[]): Waiting<Request, Answer>[] {
    return part.filter(({ sequence, reject }) => {
      if (sequence.brokenBy === undefined) return true
      reject(sequence.brokenBy)
      return false
    })
  }

  // A remedy that throws must not leave everyone behind it waiting for ever.
  async function decideRemedy(error: unknown, attempt: number): Promise<Remedy> {
    try {
      return await remedy(error, attempt)
    } catch {
      return 'fail'
    }
  }

  /** Why a request of this weight can't be taken now; undefined when it can. */
  function refusal(weight: number): Fault | undefined {
    if (closed) return new Fault('lane_closed', `${name} is shutting down`, { canRetry: true })
    if (waitingWeight === 0 || waitingWeight + weight <= maxWaiting) return undefined
    return new Fault('lane_full', `${name} has too much waiting; try again`, { canRetry: true })
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
