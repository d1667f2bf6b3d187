/**
 * The time by which lifetimes are counted, such as that of an answer. It never goes back, never stands still, and doesn't
 * leap with the machine's clock.
 */
export interface SteadyClock {
  now(): Date
  /** Takes in a time that is kept in the database: the clock never falls below it. */
  raise(kept: Date): void
  /** How far the machine's clock is ahead of this one, in ms; negative when behind. */
  machineAheadMs(): number
}

export interface SteadyClockOptions {
  /** The machine's clock, which can be set, or which starts wrong when its battery is empty. */
  now: () => Date
  /** The newest time that is kept from before; null when nothing is. */
  kept?: Date | null
  /** Ms that only ever go forward, at their own pace. */
  monotonicMs?: () => number
}

/** What clocks correct by themselves, bit by bit. */
const AGREES_WITHIN_MS = 60_000
const BELIEVED_AFTER_MS = 3_600_000

/**
 * Goes on at its own pace from the newest time that is kept. The machine's clock is followed when it is ahead by no more
 * than clocks correct by themselves, or has said the same for an hour: so does one that is right after the store was
 * closed for a night. One that is behind is never followed: it is known to be wrong, and what was kept under it would
 * seem old as soon as it is put right. A clock that is wrongly ahead for more than an hour is believed, and from then on
 * this one is ahead; lifetimes that began later are right all the same.
 */
export function createSteadyClock({
  now,
  kept = null,
  monotonicMs = () => performance.now(),
}: SteadyClockOptions): SteadyClock {
  let offsetMs = (kept ?? now()).getTime() - monotonicMs()
  /** What the machine's clock says, and since when. */
  let candidate = { offsetMs, sinceMs: monotonicMs() }

  function look(): { atMs: number; aheadMs: number } {
    const atMs = monotonicMs()
    const saysMs = now().getTime() - atMs
    if (Math.abs(saysMs - candidate.offsetMs) > AGREES_WITHIN_MS)
      candidate = { offsetMs: saysMs, sinceMs: atMs }
    const isBelieved = saysMs - offsetMs <= AGREES_WITHIN_MS || atMs - candidate.sinceMs >= BELIEVED_AFTER_MS
    if (isBelieved) offsetMs = Math.max(offsetMs, saysMs)
    return { atMs, aheadMs: saysMs - offsetMs }
  }

  return {
    now: () => new Date(Math.floor(look().atMs + offsetMs)),
    raise(keptTime) {
      offsetMs = Math.max(offsetMs, keptTime.getTime() - monotonicMs())
    },
    machineAheadMs: () => look().aheadMs,
  }
}
