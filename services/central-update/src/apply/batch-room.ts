import type { Projection } from '../projections/projection.ts'
import type { PartitionSlice } from '../records/partition-slice.ts'

/** How many records still fit into a batch. */
export interface BatchRoom {
  /** Takes a slice if it fits; the first one always does. */
  take(records: number, isUrgent: boolean): boolean
  isFull(): boolean
}

/**
 * Room for `mostRecords`, or for `liveRecords` as soon as anything urgent is among them: a long transaction would keep
 * those waiting who need what the urgent entry changes.
 */
export function createRoom({
  liveRecords,
  mostRecords,
}: {
  liveRecords: number
  mostRecords: number
}): BatchRoom {
  let limit = mostRecords
  let taken = 0
  return {
    take(records, isUrgent) {
      const limitWithIt = isUrgent ? Math.min(limit, liveRecords) : limit
      if (taken > 0 && taken + records > limitWithIt) return false
      limit = limitWithIt
      taken += records
      return true
    },
    isFull: () => taken >= limit,
  }
}

/** Whether any of the projections marks an entry of a slice as urgent. Costs nothing when none of them ever does. */
export function urgencyBy(projections: readonly Projection[]): (slice: PartitionSlice) => boolean {
  const marks = projections.flatMap(({ isUrgent }) => isUrgent ?? [])
  if (marks.length === 0) return () => false
  return ({ records }) =>
    records.some(({ content }) => content.type === 'entry' && marks.some((mark) => mark(content.entry)))
}
