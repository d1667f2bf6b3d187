import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import type { PartitionSlice } from '../records/partition-slice.ts'
import { type ApplyLane, type ApplyLaneOptions, createApplyLane } from './apply-lane.ts'
import { createRoom, urgencyBy } from './batch-room.ts'
import { failureActionOf } from './failure-action.ts'

export interface ApplyLanesOptions extends Omit<ApplyLaneOptions, 'shared'> {
  /** Transactions that may be under way at a time, each of other partitions. */
  lanes: number
  /** Records that one transaction may always take: about 50 ms of work, for others wait for the rows it locks. */
  liveRecords: number
  /** The most that it takes when far behind, where throughput is all. */
  catchUpRecords: number
  /** A transaction failed and will be tried again. */
  onTrouble: (trouble: ApplyTrouble) => void
}

/** Records that couldn't be applied now. */
export interface ApplyTrouble {
  /** Whose records they are. */
  partitions: readonly number[]
  error: unknown
  /** How often in a row the one of them that has failed most often did. */
  attempt: number
  /** True when a retry may not help, so that an operator must be alarmed. */
  page: boolean
}

/** The queue that turns what the consumer has decoded into transactions. */
export interface ApplyLanes {
  /** Resolves when the slice is settled. Never rejects while the lanes are open: they try until the database answers. */
  push(slice: PartitionSlice): Promise<void>
  /** Takes no more; resolves when all that was taken is settled, or refused by the database once more. */
  close(): Promise<void>
}

interface Waiting {
  slice: PartitionSlice
  /** Whether it has an entry that a projection marks as urgent. */
  isUrgent: boolean
  resolve: () => void
  reject: (error: unknown) => void
}

/** What waits of one partition. */
interface Queue {
  slices: Waiting[]
  records: number
  /** How many more lie in Kafka. */
  behind: number
}

const MAX_PAUSE_MS = 2_000

/**
 * Several lanes side by side, so that the database works for one while another decides what it will write. Whichever
 * has nothing to do takes the partitions that have waited longest, or that are furthest behind, and that no other has
 * in hand: that keeps each in order, and no lane idle while another has more than it can do. Two lanes are to each
 * other what two processes are: the cursor locks keep them apart.
 */
export function createApplyLanes(options: ApplyLanesOptions): ApplyLanes {
  const { lanes: count, liveRecords, catchUpRecords, onTrouble, ...laneOptions } = options
  const shared = { begunStores: new Set<string>(), badRuns: new Map<number, number>() }
  const lanes = Array.from({ length: count }, () => createApplyLane({ ...laneOptions, shared }))
  const idle = [...lanes]
  const isUrgent = urgencyBy(options.projections)
  const underWay = new Set<Promise<void>>()
  /** By partition, the one that has waited longest first. */
  const waiting = new Map<number, Queue>()
  /** Partitions whose records are being applied, or wait until they are tried again. */
  const inHand = new Set<number>()
  /**
   * How often in a row a partition's records have failed. Until they succeed it gets transactions of its own: neither an
   * unexpected error nor a lock that another session keeps on one store's rows may hold up those that shared the turn.
   */
  const failures = new Map<number, number>()
  let waitingRecords = 0
  let soon = false
  let closing = false

  /** Started in the next turn of the event loop, so that slices pushed in the same turn share a transaction. */
  function dispatchSoon(): void {
    if (soon) return
    soon = true
    setImmediate(() => {
      soon = false
      dispatch()
    })
  }

  function dispatch(): void {
    for (let lane = idle.pop(); lane !== undefined; lane = idle.pop()) {
      const batch = takeBatch()
      if (batch.length === 0) {
        idle.push(lane)
        return
      }
      const turn = settle(lane, batch).finally(() => underWay.delete(turn))
      underWay.add(turn)
    }
  }

  const isFar = (queue: Queue) => queue.records > liveRecords

  /** The partitions that share the next transaction, in the order of taking. */
  function takeTurn(): [number, Queue][] {
    const [first, ...others] = [...waiting].filter(([partition]) => !inHand.has(partition))
    if (first === undefined) return []
    if (failures.has(first[0])) return [first]
    const free = [first, ...others.filter(([partition]) => !failures.has(partition))]
    if (!isFar(first[1])) {
      // A store that is live shall not wait for the end of a transaction that is long because of another one.
      return free.filter(([, queue]) => !isFar(queue))
    }
    // Of those that are far behind the turn goes to the one with most to do: else it would be the last, with a single
    // lane working it off while the others have nothing.
    waiting.delete(first[0])
    waiting.set(...first)
    return free.filter(([, queue]) => isFar(queue)).sort(([, one], [, other]) => toDo(other) - toDo(one))
  }

  function takeBatch(): Waiting[] {
    const turn = takeTurn()
    // What waits is shared out among the lanes that find something: while live each takes all there is, and the further
    // behind, the more at a time.
    const others = count - idle.length - 1
    const share = Math.ceil(waitingRecords / Math.min(count, others + turn.length))
    const room = createRoom({
      liveRecords,
      mostRecords: Math.min(catchUpRecords, Math.max(liveRecords, share)),
    })
    const batch: Waiting[] = []
    for (const [partition, queue] of turn) {
      const taken: Waiting[] = []
      for (const each of queue.slices) {
        if (!room.take(each.slice.records.length, each.isUrgent)) break
        taken.push(each)
      }
      if (taken.length === 0) break
      batch.push(...taken)
      leave(partition, queue, taken)
      if (room.isFull()) break
    }
    return batch
  }

  /** The partition is in hand until `taken` is applied; what is left of its queue goes behind all others. */
  function leave(partition: number, queue: Queue, taken: readonly Waiting[]): void {
    const records = recordsIn(taken)
    waitingRecords -= records
    inHand.add(partition)
    waiting.delete(partition)
    if (taken.length === queue.slices.length) return
    const slices = queue.slices.slice(taken.length)
    waiting.set(partition, { ...queue, slices, records: queue.records - records })
  }

  async function settle(lane: ApplyLane, batch: readonly Waiting[]): Promise<void> {
    const slices = batch.map(({ slice }) => slice)
    const partitions = [...new Set(slices.map(({ partition }) => partition))]
    const failure = await lane.apply(slices).then(
      () => null,
      (error: unknown) => ({ error }),
    )
    idle.push(lane)
    if (failure === null) {
      for (const partition of partitions) failures.delete(partition)
      for (const { resolve } of batch) resolve()
    } else if (closing) {
      for (const { reject } of batch) reject(failure.error)
    } else {
      const attempt = noteFailure(partitions, failure.error)
      // These partitions stay in hand for the pause, and the lane works for others meanwhile.
      dispatch()
      await pause(Math.min(MAX_PAUSE_MS, 2 ** attempt) * (0.5 + Math.random()))
      putBack(batch)
    }
    for (const partition of partitions) inHand.delete(partition)
    dispatch()
  }

  function noteFailure(partitions: readonly number[], error: unknown): number {
    for (const partition of partitions) failures.set(partition, (failures.get(partition) ?? 0) + 1)
    const attempt = Math.max(...partitions.map((partition) => failures.get(partition) ?? 0))
    onTrouble({ partitions, error, attempt, page: failureActionOf(error) !== 'retry' })
    return attempt
  }

  function queueOf(partition: number): Queue {
    const queue = waiting.get(partition) ?? { slices: [], records: 0, behind: 0 }
    waiting.set(partition, queue)
    return queue
  }

  function putBack(batch: readonly Waiting[]): void {
    for (const one of batch.toReversed()) {
      const queue = queueOf(one.slice.partition)
      queue.slices.unshift(one)
      queue.records += one.slice.records.length
      waitingRecords += one.slice.records.length
    }
  }

  return {
    push(slice) {
      if (closing)
        return Promise.reject(
          new Fault('lane_closed', 'the apply lanes are shutting down', { canRetry: true }),
        )
      return new Promise((resolve, reject) => {
        const queue = queueOf(slice.partition)
        queue.slices.push({ slice, isUrgent: isUrgent(slice), resolve, reject })
        queue.records += slice.records.length
        queue.behind = slice.behind
        waitingRecords += slice.records.length
        dispatchSoon()
      })
    },
    async close() {
      closing = true
      dispatch()
      while (underWay.size > 0) await Promise.all(underWay)
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

function recordsIn(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { slice }) => sum + slice.records.length, 0)
}

function toDo({ records, behind }: Queue): number {
  return records + behind
}
