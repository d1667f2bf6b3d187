import type { FreshnessLimits, FreshnessState } from '@shelfwire/contracts'

/** What is proved about one store. */
export interface Proof {
  /** Central's clock in µs at the newest ping answered and covered without gaps; 0 when none was. */
  asOfUs: number
  /** Why the numbers can't be trusted whatever their age; null when they can. */
  suspect: string | null
  /** Whether the store is being rebuilt: its numbers are then incomplete, and no answer contains them. */
  rebuilding: boolean
}

export interface Freshness {
  state: FreshnessState
  /** What the store committed before this instant is in the answer; null when nothing is proved. */
  asOfUs: number | null
  /** Age of `asOf` plus the bound between central's clocks; null when nothing is proved or the bound isn't known. */
  ageMs: number | null
  slaMs: number
  suspect: string | null
}

export interface FreshnessClock extends FreshnessLimits {
  nowMs: number
  /** The most by which the clock that sent the pings and this one may differ; null when it isn't known. */
  clockBoundMs: number | null
}

/**
 * The newest ping in µs that can have been sent by now, by this clock. A later one comes from a wrong clock and proves
 * nothing. Null when the clocks have no checked bound.
 */
export function latestPingUs({
  nowMs,
  clockBoundMs,
}: Pick<FreshnessClock, 'nowMs' | 'clockBoundMs'>): number | null {
  return clockBoundMs === null ? null : (nowMs + clockBoundMs) * 1_000
}

/**
 * A store's freshness at `clock.nowMs`. Never `fresh` beyond the SLA, while suspect, by an `asOf` in the future, or while
 * the clocks have no checked bound (I12). Only the answered ping decides, never a connector's status or the store's clock.
 */
export function freshnessOf(proof: Omit<Proof, 'rebuilding'>, clock: FreshnessClock): Freshness {
  const { slaMs, offlineMs, nowMs, clockBoundMs } = clock
  const { suspect } = proof
  const { asOfUs } = proof
  const isFromFuture = asOfUs > (latestPingUs(clock) ?? Number.POSITIVE_INFINITY)
  if (asOfUs === 0 || isFromFuture) return { state: 'offline', asOfUs: null, ageMs: null, slaMs, suspect }
  // Within the bound, a reading from the future is an error of the clocks, not a negative age.
  const leastAgeMs = Math.max(0, nowMs - Math.floor(asOfUs / 1_000))
  const ageMs = clockBoundMs === null ? null : leastAgeMs + clockBoundMs
  const isFresh = ageMs !== null && ageMs <= slaMs && suspect === null
  const state = isFresh ? 'fresh' : (ageMs ?? leastAgeMs) < offlineMs ? 'stale' : 'offline'
  return { state, asOfUs, ageMs, slaMs, suspect }
}
