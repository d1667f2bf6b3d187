/** How recent a store's numbers are proved to be. `suspect` isn't a state: a suspect store is never `fresh`. */
export type FreshnessState = 'fresh' | 'stale' | 'offline'

/** Ages in milliseconds at which a store stops being `fresh` and becomes `offline`. */
export interface FreshnessLimits {
  slaMs: number
  offlineMs: number
}

export const DEFAULT_FRESHNESS_LIMITS: FreshnessLimits = { slaMs: 5_000, offlineMs: 60_000 }

/** How often central sends its clock reading. */
export const PING_INTERVAL_MS = 1_000
