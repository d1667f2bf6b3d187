import { usOfDate } from '@shelfwire/contracts'
import { createPool, type DatabaseAddress } from '@shelfwire/mysql'
import { databaseUnavailable, type StoreLane } from '../lane/store-lane.ts'
import { recordingTimeUs } from '../requests/recording-time.ts'
import type { SteadyClock } from '../requests/steady-clock.ts'
import { readCountedChanges } from './counted-changes.ts'
import type { Write, WriteOutcome } from './write.ts'
import type { WriteOperation, WriteRequest } from './write-operation.ts'

/** How tills write. */
export interface TillWrites {
  write(write: Write): Promise<WriteOutcome>
  /**
   * Writes that depend on each other, run in this order. When one is rejected with a Fault that can be retried, those
   * behind it are rejected, too. One result for each.
   */
  writeInOrder(writes: readonly Write[]): Promise<PromiseSettledResult<WriteOutcome>[]>
  close(): Promise<void>
}

export interface TillWritesOptions {
  lane: Pick<StoreLane, 'submitInOrder'>
  operation: WriteOperation
  address: DatabaseAddress
  storeId: string
  now: () => Date
  steady: SteadyClock
  answerWithinMs?: number | undefined
  /** Called with each write whose time was impossible and was replaced by that of its recording. */
  onTimeReplaced?: (write: Write) => void
}

/** Writes through the lane. What a count needs of the past is read before that, so that a long sum delays no other write. */
export function createTillWrites(options: TillWritesOptions): TillWrites {
  const { lane, operation, address, storeId, now, steady, answerWithinMs, onTimeReplaced } = options
  // Of its own, so that long sums delay neither the lane nor other readers, only each other.
  const sums = createPool(address, {
    connections: 1,
    ...(answerWithinMs !== undefined && { answerWithinMs }),
  })

  async function withChanges(writes: readonly Write[]): Promise<WriteRequest[]> {
    const nowUs = recordingTimeUs(usOfDate(now()), usOfDate(steady.now()))
    try {
      const changes = await readCountedChanges(sums, { storeId, writes, nowUs })
      return writes.map((write) => ({ write, changes: changes.get(write) }))
    } catch (error) {
      throw databaseUnavailable(error)
    }
  }

  async function submit(writes: readonly Write[]): Promise<PromiseSettledResult<WriteOutcome>[]> {
    const results = await Promise.allSettled(lane.submitInOrder(operation, await withChanges(writes)))
    for (const [index, result] of results.entries()) {
      if (result.status !== 'fulfilled' || result.value.outcome !== 'recorded') continue
      if (result.value.isTimeReplaced) onTimeReplaced?.(writes[index] as Write)
    }
    return results
  }

  return {
    async write(write) {
      const [result] = await submit([write])
      if (result?.status !== 'fulfilled') throw result?.reason
      return result.value
    },
    writeInOrder: (writes) =>
      submit(writes).catch((reason) => writes.map(() => ({ status: 'rejected', reason }))),
    close: () => sums.end(),
  }
}
