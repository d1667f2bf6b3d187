import { type Gaps, missingIn } from './gaps.ts'

/** Everything that can make a store suspect. */
export interface SuspectCauses {
  epoch: number
  /** False from the first record of a new epoch to its `opened`. */
  opened: boolean
  divergedSeq: number | null
  checksumSeq: number | null
  /** True from the rebuild that threw central's copy of the store away until a beat has proved the new one whole. */
  rebuilding: boolean
  parkedOpen: number
}

const MAX_TEXT = 256
const MAX_RANGES = 3

/** Why the store's numbers can't be trusted, in one sentence for people; null when they can. */
export function suspectReason(causes: SuspectCauses, gaps: Gaps): string | null {
  const { epoch, opened, divergedSeq, checksumSeq, rebuilding, parkedOpen } = causes
  const reasons: string[] = []
  if (!opened) reasons.push(`epoch ${epoch} is opening`)
  if (divergedSeq !== null) reasons.push(`a repeated entry differs from the ledger at seq ${divergedSeq}`)
  if (rebuilding) reasons.push('central is being rebuilt from its journal')
  if (checksumSeq !== null) reasons.push(`the checksum differs at seq ${checksumSeq}`)
  if (gaps.length > 0) reasons.push(gapsText(gaps))
  if (parkedOpen > 0) reasons.push(`${parkedOpen} ${parkedOpen === 1 ? 'record' : 'records'} parked`)
  return reasons.length === 0 ? null : reasons.join('; ').slice(0, MAX_TEXT)
}

function gapsText(gaps: Gaps): string {
  const ranges = gaps
    .slice(0, MAX_RANGES)
    .map(({ fromSeq, toSeq }) => (fromSeq === toSeq ? `${fromSeq}` : `${fromSeq}–${toSeq}`))
  const more = gaps.length > MAX_RANGES ? ' and more' : ''
  const missing = missingIn(gaps)
  const askedAtUs = gaps.reduce((latest, gap) => Math.max(latest, gap.askedAtUs ?? 0), 0)
  // A clock time and not an age, for this sentence is stored and read later.
  const asked =
    askedAtUs > 0
      ? `resync requested at ${new Date(askedAtUs / 1_000).toISOString().slice(11, 19)} UTC`
      : 'resync not yet requested'
  return `${missing} ${missing === 1 ? 'entry' : 'entries'} missing (seq ${ranges.join(', ')}${more}), ${asked}`
}
