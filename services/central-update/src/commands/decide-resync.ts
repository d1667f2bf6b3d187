import type { Gap, Gaps } from '../store-state/gaps.ts'

/** A gap younger than this may be filled by what is still on its way. */
export const ASK_AFTER_US = 3_000_000
/** A gap older than this raises an alarm: only a new epoch closes it. */
export const PAGE_AFTER_US = 600_000_000
/** Resync commands that a store may have open at a time. */
export const MAX_OPEN_RESYNCS = 20

/**
 * The gaps to be asked for now, in order: 3 s old, and never asked for or still there although the command is done
 * (its rows stand in the journal topic before the beat that says so) for another 3 s.
 */
export function gapsToRequest(
  gaps: Gaps,
  { nowUs, commandsDone }: { nowUs: number; commandsDone: number },
): Gap[] {
  const open = gaps.filter(({ commandNumber }) => commandNumber > commandsDone).length
  return gaps
    .filter(({ seenAtUs, commandNumber, askedAtUs }) => {
      if (commandNumber > commandsDone) return false
      return nowUs - Math.max(seenAtUs, askedAtUs ?? 0) >= ASK_AFTER_US
    })
    .slice(0, Math.max(0, MAX_OPEN_RESYNCS - open))
}
