import type { Remembered } from '@shelfwire/contracts'

/** An epoch that a store has opened, and what its database remembered then of the epochs before. */
export interface Opening {
  epoch: number
  remembered: Remembered
}

/** Entries of one epoch whose sales are added to the daily sums, or taken off; both ends included. */
export interface Recount {
  epoch: number
  fromSeq: number
  toSeq: number
  sign: 1 | -1
}

const WHOLE_EPOCH = Number.MAX_SAFE_INTEGER

/**
 * What an opening changes in the daily sums of one earlier epoch. They count what the store remembers: a restore from a
 * backup takes off what came after the backup, and the tills' repeats of it count in the new epoch. Going back to the
 * database that a restore had replaced adds its entries again. Null when nothing changes, as after an epoch that was
 * opened without a restore. `earlier` are the openings already applied, ascending.
 */
export function decideRecount(
  epoch: number,
  { earlier, opening }: { earlier: readonly Opening[]; opening: Opening },
): Recount | null {
  const before = countedTo(epoch, earlier)
  const after = countedTo(epoch, [...earlier, opening])
  if (after === before) return null
  const [fromSeq, toSeq] = [Math.min(before, after) + 1, Math.max(before, after)]
  return { epoch, fromSeq, toSeq, sign: after > before ? 1 : -1 }
}

/** The last number of an epoch that counts: the newest opening that says something of the epoch decides. */
function countedTo(epoch: number, openings: readonly Opening[]): number {
  const last = openings.findLast((opening) => epoch < opening.epoch && epoch >= lowestOf(opening.remembered))
  return last === undefined ? WHOLE_EPOCH : (last.remembered.get(epoch) ?? 0)
}

/** The lowest epoch that an opening says anything of. */
export function lowestOf(remembered: Remembered): number {
  return Math.min(...remembered.keys())
}
