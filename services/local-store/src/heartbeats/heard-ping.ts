/** How long the largest ping stands against smaller ones. */
const LARGEST_STANDS_MS = 10_000

/** The ping to answer next. */
export interface HeardPing {
  /** Takes in a ping, heard at `nowMs`. */
  hear(ping: number, nowMs: number): void
  /** Central's clock in microseconds; 0 until one was heard. */
  readonly ping: number
  /** When a ping was last heard, on the store's clock; null until one was. */
  readonly heardAtMs: number | null
}

/**
 * Keeps the largest ping heard, for several central instances may send them and their clocks differ a little. But
 * only for ten seconds: if central's clock once leapt ahead, the store must not answer that leap for ever.
 */
export function createHeardPing(): HeardPing {
  let ping = 0
  let keptAtMs = Number.NEGATIVE_INFINITY
  let heardAtMs: number | null = null
  return {
    hear(heard, nowMs) {
      heardAtMs = nowMs
      if (heard < ping && nowMs - keptAtMs < LARGEST_STANDS_MS) return
      ping = heard
      keptAtMs = nowMs
    },
    get ping() {
      return ping
    },
    get heardAtMs() {
      return heardAtMs
    },
  }
}
