import type { FreshnessLimits, FreshnessState } from '@shelfwire/contracts'

/** What is proved about one store. */
export interface Proof {
  /** Central's clock in µs at the newest ping answered and covered without holes; 0 when none was. */
  asOfUs: number
  /** Why the numbers can't be trusted whatever their age; null when they can. */
  suspect: string | null
}

export interface Freshness {
  state: FreshnessState
  /** What the store committed before this instant is in the answer; null when nothing was ever proved. */
  asOfUs: number | null
  /** Age of `asOf`, widened by what central's clocks may differ; null when nothing was ever proved. */
  ageMs: number | null
  slaMs: number
  suspect: string | null
}

export interface FreshnessClock extends FreshnessLimits {
  nowMs: number
  /** The most by which the clock that sent the pings and this one may differ. */
  clockBoundMs: number
}

/**
 * Whether central is taking the store's journal in from the beginning: nothing is proved of it, and something is known
 * to be missing. Its numbers are then parts of sums, and are told to nobody.
 */
export function isRebuilding({ asOfUs, suspect }: Proof): boolean {
  return asOfUs === 0 && suspect !== null
}

/**
 * How far a store's numbers may be believed at `clock.nowMs`. Never `fresh` beyond the SLA or while suspect (I12);
 * decided by the answered ping alone, never by a connector's status or the store's own clock.
 */
export function freshnessOf(proof: Proof, clock: FreshnessClock): Freshness {
  const { slaMs, offlineMs, nowMs, clockBoundMs } = clock
  const { suspect } = proof
  if (proof.asOfUs === 0) return { state: 'offline', asOfUs: null, ageMs: null, slaMs, suspect }
  // A reading that seems to come from the future is a clock's error, not a negative age.
  const ageMs = Math.max(0, nowMs - Math.floor(proof.asOfUs / 1_000)) + clockBoundMs
  const byAge = ageMs <= slaMs ? 'fresh' : ageMs < offlineMs ? 'stale' : 'offline'
  const state = suspect !== null && byAge === 'fresh' ? 'stale' : byAge
  return { state, asOfUs: proof.asOfUs, ageMs, slaMs, suspect }
}
