const FIRST_MS = 200
const LONGEST_MS = 10_000
const STEADY_AFTER_MS = 30_000

/** Pauses between restarts: 0.2 s, doubling to 10 s, from the beginning again after 30 s of running. */
export class Backoff {
  #nextMs = FIRST_MS

  /** The pause before the next start, in ms, of something that ran for `ranMs` just now. */
  pauseMs(ranMs: number): number {
    if (ranMs >= STEADY_AFTER_MS) this.#nextMs = FIRST_MS
    const pause = this.#nextMs
    this.#nextMs = Math.min(pause * 2, LONGEST_MS)
    return pause
  }
}
