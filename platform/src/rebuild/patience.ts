import type { Place, StoreProgress } from './read-progress.ts'

/** A store that has come no further for so long has got stuck. */
export const STUCK_AFTER_MS = 60_000

/** Watches how the stores of a rebuild come back. */
export interface Patience {
  /** Looks at them at `nowMs`; returns those that are stuck once no other makes progress, and none before. */
  stuck(stores: readonly StoreProgress[], nowMs: number): StoreProgress[]
}

interface Seen {
  /** Where the store stood when it first answered: behind that, what is applied are new sales and no progress. */
  goal: Place | null
  applied: string
  movedAtMs: number
}

/**
 * A rebuild is bounded by progress and not by time, for a journal may take hours to read. A store that sells on moves
 * for ever, so only moves up to where it stood at the beginning count; from there it has a minute to be proved equal.
 */
export function createPatience(): Patience {
  const seen = new Map<string, Seen>()
  return {
    stuck(stores, nowMs) {
      const open = stores.filter(({ isEqual }) => !isEqual)
      for (const { id, applied, newest } of open) {
        const before = seen.get(id)
        const goal = before?.goal ?? newest
        const place = JSON.stringify(applied)
        const hasArrived = applied !== null && goal !== null && isAtOrBehind(applied, goal)
        const moved = before === undefined || (place !== before.applied && !hasArrived)
        seen.set(id, { goal, applied: place, movedAtMs: moved ? nowMs : before.movedAtMs })
      }
      const isStuck = ({ id }: StoreProgress) => nowMs - (seen.get(id)?.movedAtMs ?? nowMs) >= STUCK_AFTER_MS
      return open.every(isStuck) ? open : []
    },
  }
}

function isAtOrBehind(place: Place, goal: Place): boolean {
  return place.epoch > goal.epoch || (place.epoch === goal.epoch && place.seq >= goal.seq)
}
