import { usOfIso } from '@shelfwire/contracts'
import type { Write } from './write.ts'

/** How far a till's clock may be ahead of the store's before its times are taken for a slip of that clock. */
const MAX_AHEAD_US = 24 * 3_600 * 1_000_000
/** A clock that says less was never set. */
const EARLIEST_US = usOfIso('2000-01-01T00:00:00Z')
/** A count looks back, so its clock may be ahead only by as much as clocks of one shop differ. */
const MAX_COUNT_AHEAD_US = 5 * 60 * 1_000_000
/** An older look at the shelf says nothing of today's, and would cost a long sum. */
const MAX_COUNT_AGE_US = 31 * 24 * 3_600 * 1_000_000

export type TimedWrite =
  /** `isReplaced`: the till's own time can't be right, so its entries get the time of their recording. */
  | { outcome: 'timed'; occurredAtUs: number; isReplaced: boolean }
  /** Not between these two times, in µs. */
  | { outcome: 'out_of_bounds'; fromUs: number; toUs: number }

/**
 * When a write says that it happened, recorded at `nowUs`. A time is never a reason not to sell, for the clock that is
 * wrong may be the store's. A count without a usable time is refused: what happened since can't be told without it, and
 * wasn't summed up (`isSummed`) when its time was already out of bounds before the lane.
 */
export function timeWrite(
  { kind, occurredAtUs: statedUs }: Write,
  { nowUs, isSummed }: { nowUs: number; isSummed: boolean },
): TimedWrite {
  if (kind === 'count') {
    const lookedAtUs = statedUs ?? nowUs
    return isSummed && canBeSummed(lookedAtUs, nowUs)
      ? { outcome: 'timed', occurredAtUs: lookedAtUs, isReplaced: false }
      : { outcome: 'out_of_bounds', fromUs: nowUs - MAX_COUNT_AGE_US, toUs: nowUs + MAX_COUNT_AHEAD_US }
  }
  const isReplaced = statedUs !== null && (statedUs < EARLIEST_US || statedUs > nowUs + MAX_AHEAD_US)
  return { outcome: 'timed', occurredAtUs: isReplaced ? nowUs : (statedUs ?? nowUs), isReplaced }
}

/** Whether a count that looked then is near enough to `nowUs`. */
export function canBeSummed(lookedAtUs: number, nowUs: number): boolean {
  return lookedAtUs >= nowUs - MAX_COUNT_AGE_US && lookedAtUs <= nowUs + MAX_COUNT_AHEAD_US
}
