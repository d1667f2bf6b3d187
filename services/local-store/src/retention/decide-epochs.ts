import type { Partition, PartitionChores } from '@shelfwire/mysql'
import type { Head } from '../journal/books.ts'

/** How long entries are kept, counted from the end of their epoch. */
export const JOURNAL_DAYS_KEPT = 400
/** How long an epoch lasts before the store opens the next one by itself. */
export const EPOCH_DAYS = 365

const DAY_US = 86_400_000_000

/** One partition of the journal: the epochs from `from` on and below `below`. */
export interface EpochRange {
  name: string
  from: number
  below: number
}

/** The journal's partitions with both their ends; the last one, which has no bound, is left out. */
export function epochRanges(partitions: readonly Partition[]): EpochRange[] {
  let from = 0
  return partitions.flatMap(({ name, below }) => {
    if (below === null) return []
    const range = { name, from, below: Number(below) }
    from = range.below
    return [range]
  })
}

/**
 * Partitions to be made so that `epoch` has one of its own, into which no other epoch's entries go. Epochs are dropped
 * whole, so two in one partition would keep each other.
 */
export function roomFor(epoch: number, partitions: readonly Partition[]): PartitionChores {
  const newest = Math.max(0, ...epochRanges(partitions).map(({ below }) => below))
  const add = [epoch, epoch + 1]
    .filter((below) => below > newest)
    .map((below) => ({ name: `below_${below}`, below: String(below) }))
  return { add, drop: [] }
}

/**
 * Whether a partition's epochs are over for the store and for central, and old enough. `endedAtUs` is the latest time
 * that is known of their end; null when the partition is empty.
 */
export function mayForget(
  range: EpochRange,
  { head, endedAtUs, nowUs }: { head: Head; endedAtUs: number | null; nowUs: number },
): boolean {
  if (range.below > head.epoch || head.openingReason !== null || range.below > head.coveredEpoch) return false
  return endedAtUs === null || endedAtUs <= nowUs - JOURNAL_DAYS_KEPT * DAY_US
}

/** Whether the running epoch has lasted its time. `beganAtUs` is when its first entry was recorded; null without one. */
export function isEpochOver(beganAtUs: number | null, nowUs: number): boolean {
  return beganAtUs !== null && nowUs - beganAtUs >= EPOCH_DAYS * DAY_US
}
