/** The time by which answers are kept and forgotten. It must not leap: a till may come again for its answer. */
export interface SteadyClock {
  now(): Date
  /** Whether the machine's clock has agreed with it for an hour. */
  isSettled(): boolean
}

export interface SteadyClockOptions {
  /** The machine's clock, which somebody may set, or which starts wrong when its battery is empty. */
  now: () => Date
  /** The newest time known from before: a clock that starts behind it is slow. */
  notBefore: Date
  /** Ms that only ever go forward, at their own pace. */
  monotonicMs?: () => number
}

/** What clocks correct by themselves, bit by bit. */
const AGREES_WITHIN_MS = 60_000
const BELIEVED_AFTER_MS = 3_600_000

/** Goes on at its own pace when the machine's clock leaps, and believes it once it has said so for an hour. */
export function createSteadyClock({
  now,
  notBefore,
  monotonicMs = () => performance.now(),
}: SteadyClockOptions): SteadyClock {
  let offsetMs = Math.max(now().getTime(), notBefore.getTime()) - monotonicMs()
  /** What the machine's clock says instead, or the same, and since when. */
  let said = { offsetMs, sinceMs: monotonicMs() }

  /** Looks at the machine's clock; returns for how long it has said the same. */
  function look(): number {
    const atMs = monotonicMs()
    const saysMs = now().getTime() - atMs
    if (Math.abs(saysMs - said.offsetMs) > AGREES_WITHIN_MS) said = { offsetMs: saysMs, sinceMs: atMs }
    const agreedMs = atMs - said.sinceMs
    if (agreedMs >= BELIEVED_AFTER_MS || Math.abs(saysMs - offsetMs) <= AGREES_WITHIN_MS) offsetMs = saysMs
    return agreedMs
  }

  return {
    now() {
      look()
      return new Date(Math.round(monotonicMs() + offsetMs))
    },
    isSettled: () => look() >= BELIEVED_AFTER_MS,
  }
}
