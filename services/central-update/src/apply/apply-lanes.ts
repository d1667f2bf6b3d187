import { type ApplyLane, type ApplyLaneOptions, createApplyLane } from './apply-lane.ts'
import { createLevelMemory } from './level-memory.ts'

export interface ApplyLanesOptions extends Omit<ApplyLaneOptions, 'shared'> {
  /** Transactions that may be under way at a time, each of other partitions. */
  lanes: number
}

/**
 * Several apply lanes side by side, so that the database works for one while another decides what it will write. A
 * partition's parcels stay in one lane as long as any of them is under way, which keeps them in order; between that, the
 * partition goes where least is waiting. Two lanes are to each other what two processes are: the cursor locks keep
 * them apart.
 */
export function createApplyLanes({ lanes: count, ...options }: ApplyLanesOptions): ApplyLane {
  const shared = { levels: createLevelMemory(), badRuns: new Map<number, number>() }
  const lanes = Array.from({ length: count }, () => ({
    ...createApplyLane({ ...options, shared }),
    records: 0,
  }))
  const busy = new Map<number, { lane: (typeof lanes)[number]; parcels: number }>()

  return {
    async push(parcel) {
      const { partition, records } = parcel
      const place = busy.get(partition) ?? { lane: leastBusy(lanes), parcels: 0 }
      busy.set(partition, place)
      place.parcels += 1
      place.lane.records += records.length
      try {
        await place.lane.push(parcel)
      } finally {
        place.lane.records -= records.length
        place.parcels -= 1
        if (place.parcels === 0) busy.delete(partition)
      }
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

function leastBusy<Lane extends { records: number }>(lanes: readonly Lane[]): Lane {
  return lanes.reduce((least, lane) => (lane.records < least.records ? lane : least))
}
