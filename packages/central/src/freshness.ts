import type { FreshnessLimits, FreshnessState } from '@shelfwire/contracts'

/** What is proved about one store. */
export interface Proof {
  /** Central's clock in µs at the newest ping answered and covered without gaps; 0 when none was. */
  asOfUs: number
  /** Why the numbers can't be trusted whatever their age; null when they can. */
  suspect: string | null
  /** Whether central is reading the store's journal anew: its numbers are then parts of sums, and no answer has them. */
  rebuilding: boolean
}

export interface Freshness {
  state: FreshnessState
  /** What the store committed before this instant is in the answer; null when nothing is proved. */
  asOfUs: number | null
  /** Age of `asOf`, widened by what central's clocks may differ; null when nothing is proved or that isn't known. */
  ageMs: number | null
  slaMs: number
  suspect: string | null
}

export interface FreshnessClock extends FreshnessLimits {
  nowMs: number
  /** The most by which the clock that sent the pings and this one may differ; null when nobody knows. */
  clockBoundMs: number | null
}

/**
 * The newest ping in µs that can have been sent by the time this clock shows. A later one comes from a clock that was
 * wrong and proves nothing; null when the clocks have no checked bound.
 */
export function latestPingUs({
  nowMs,
  clockBoundMs,
}: Pick<FreshnessClock, 'nowMs' | 'clockBoundMs'>): number | null {
  return clockBoundMs === null ? null : (nowMs + clockBoundMs) * 1_000
}

/**
 * How far a store's numbers may be believed at `clock.nowMs`. Never `fresh` beyond the SLA, while suspect, by an `asOf`
 * that lies in the future, or while the clocks have no checked bound (I12); decided by the answered ping alone, never by
 * a connector's status or the store's own clock.
 */
export function freshnessOf(proof: Omit<Proof, 'rebuilding'>, clock: FreshnessClock): Freshness {
  const { slaMs, offlineMs, nowMs, clockBoundMs } = clock
  const { suspect } = proof
  const { asOfUs } = proof
  const isFromFuture = asOfUs > (latestPingUs(clock) ?? Number.POSITIVE_INFINITY)
  if (asOfUs === 0 || isFromFuture) return { state: 'offline', asOfUs: null, ageMs: null, slaMs, suspect }
  // Within the bound, a reading from ahead is an error of the clocks and not a negative age.
  const leastAgeMs = Math.max(0, nowMs - Math.floor(asOfUs / 1_000))
  const ageMs = clockBoundMs === null ? null : leastAgeMs + clockBoundMs
  const isFresh = ageMs !== null && ageMs <= slaMs && suspect === null
  const state = isFresh ? 'fresh' : (ageMs ?? leastAgeMs) < offlineMs ? 'stale' : 'offline'
  return { state, asOfUs, ageMs, slaMs, suspect }
}
