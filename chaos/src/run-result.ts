import type { Violation } from './check/violation.ts'
import type { Outcome } from './trial.ts'

/** What all trials of a run came to. */
export interface RunResult {
  outcomes: Outcome[]
  /** Trials that ended without a verdict: what could not be checked is unknown, and unknown is never a pass. */
  unproved: string[]
  /** What changed when every record was delivered to central once more; null when none could be. */
  replay: Violation[] | null
}
