import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@shelfwire/http'
import type { Consumer } from '@shelfwire/kafka'

/** Often enough that a process which takes over repeats little; to the broker each commit is one more record. */
const PAUSE_MS = 250

/** Commits to Kafka how far the journal is applied, after the database. */
export interface Offsets {
  /** Notes positions whose effects are committed. */
  settled(nextOffsets: ReadonlyMap<number, number>): void
  /** What Kafka has acknowledged of this process, by partition. */
  readonly committed: ReadonlyMap<number, number>
  /** Forgets what was acknowledged of a partition: its log is another one now. */
  forget(partition: number): void
  /** Resolves when Kafka has what was noted before, or refuses it. From then on no commit waits for the next. */
  flush(): Promise<void>
}

/**
 * Commits offsets beside the apply, one request at a time and a few times a second, always the newest. Losing one is
 * harmless: records that come again are dropped by the cursors.
 */
export function createOffsets({
  consumer,
  topic,
  log,
}: {
  consumer: Consumer
  topic: string
  log: Logger
}): Offsets {
  const waiting = new Map<number, number>()
  const committed = new Map<number, number>()
  const hurry = new AbortController()
  let running: Promise<void> | undefined

  async function commitAll(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting]
      waiting.clear()
      try {
        await consumer.commitOffsets(
          batch.map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
        )
        for (const [partition, offset] of batch) committed.set(partition, offset)
      } catch (error) {
        // A group that is just rebalancing takes no offsets; the next commit carries the position on.
        log.debug({ err: error }, 'offsets not committed')
      }
      await pause(PAUSE_MS, undefined, { signal: hurry.signal }).catch(() => {})
    }
    running = undefined
  }

  return {
    settled(nextOffsets) {
      for (const [partition, offset] of nextOffsets) waiting.set(partition, offset)
      running ??= commitAll()
    },
    committed,
    forget: (partition) => void committed.delete(partition),
    async flush() {
      hurry.abort()
      await running
    },
  }
}
