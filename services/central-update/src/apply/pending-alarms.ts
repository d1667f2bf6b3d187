import type { Alarm } from '../store-state/alarm.ts'

/** Alarms of one lane that are not raised yet. */
export interface PendingAlarms {
  add(alarms: readonly Alarm[]): void
  /** All of them; from then on there are none. */
  take(): Alarm[]
}

/**
 * A turn that fails is run again, and meets as repeats, without alarms, what it had committed, or may have, before it
 * failed. So alarms are kept until a turn is over; those that its next attempt raises again count once.
 */
export function createPendingAlarms(): PendingAlarms {
  let kept = new Map<string, Alarm>()
  return {
    add(alarms) {
      for (const alarm of alarms) kept.set(JSON.stringify(alarm), alarm)
    },
    take() {
      const alarms = [...kept.values()]
      kept = new Map()
      return alarms
    },
  }
}
