import type { Logger } from '@shelfwire/http'

const FIRST_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 10_000
/** A registry that is restarted is back sooner. */
const OVERDUE_AFTER_MS = 30_000

/** Partitions whose next records can't be decoded, because a schema can't be had from the registry now. */
export interface SchemaWaits {
  /** A partition's schemas couldn't be had. */
  failed(partition: number, error: unknown): void
  /** They could. */
  arrived(partition: number): void
  /** How long the partition waits before the next request, in ms. */
  pauseMs(partition: number): number
  /** One sentence for each partition that waits. */
  troubles(): string[]
}

interface Wait {
  sinceMs: number
  attempts: number
  reason: string
  overdue: boolean
}

/** `onOverdue` is called once for each partition that has waited for 30 s. */
export function createSchemaWaits({
  log,
  onOverdue,
}: {
  log: Logger
  onOverdue: (partition: number, detail: string) => void
}): SchemaWaits {
  const waits = new Map<number, Wait>()

  return {
    failed(partition, error) {
      const reason = error instanceof Error ? error.message : String(error)
      const wait = waits.get(partition) ?? { sinceMs: performance.now(), attempts: 0, reason, overdue: false }
      waits.set(partition, Object.assign(wait, { attempts: wait.attempts + 1, reason }))
      log.warn({ partition, err: error }, 'records can not be decoded now; trying again')
      if (wait.overdue || performance.now() - wait.sinceMs < OVERDUE_AFTER_MS) return
      wait.overdue = true
      onOverdue(partition, `not decoded for ${OVERDUE_AFTER_MS / 1_000} s: ${reason}`)
    },
    arrived: (partition) => void waits.delete(partition),
    pauseMs(partition) {
      const attempts = waits.get(partition)?.attempts ?? 1
      return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1))
    },
    troubles: () =>
      [...waits].map(
        ([partition, { reason }]) => `records of partition ${partition} can't be decoded: ${reason}`,
      ),
  }
}
