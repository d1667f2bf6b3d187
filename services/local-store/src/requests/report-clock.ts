import type { Logger } from '@shelfwire/http'
import type { SteadyClock } from './steady-clock.ts'

const LOOK_EVERY_MS = 5_000
/** Clocks of a shop differ by less. */
const WRONG_FROM_MS = 60_000

/** Says in the log when the machine's clock isn't believed, and when it is again: once each. */
export function reportClock(steady: Pick<SteadyClock, 'machineAheadMs'>, log: Pick<Logger, 'warn' | 'info'>) {
  let wasWrong = false
  const timer = setInterval(() => {
    const aheadMs = steady.machineAheadMs()
    const isWrong = Math.abs(aheadMs) > WRONG_FROM_MS
    if (isWrong && !wasWrong) log.warn({ aheadSeconds: Math.round(aheadMs / 1_000) }, sayWrong(aheadMs))
    if (!isWrong && wasWrong) log.info("the machine's clock agrees with the time that has passed")
    wasWrong = isWrong
  }, LOOK_EVERY_MS)
  return { close: () => clearInterval(timer) }
}

function sayWrong(aheadMs: number): string {
  return aheadMs > 0
    ? "the machine's clock is ahead of the time that has passed; it is believed when it has stayed so for an hour"
    : "the machine's clock is behind what the store has recorded; lifetimes go on without it: set it"
}
