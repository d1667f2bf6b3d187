import { checkReplay } from './check/check-replay.ts'
import type { Violation } from './check/violation.ts'
import { violationsText } from './report/summary.ts'
import type { RunResult } from './run-result.ts'
import type { Stage } from './stage.ts'
import { type Outcome, runTrial, type TrialWish } from './trial.ts'

/** A trial, and the command that repeats it. */
export interface Trial extends TrialWish {
  again: string
  /** Whether earlier records can't be read again after it. */
  losesHistory: boolean
}

/** After so many trials without a verdict the platform itself is taken to be broken, and the run ends. */
const MOST_UNPROVED = 3

/**
 * Runs trial after trial on one platform, and at the end, or before history is lost, delivers every record to central once
 * more. `next` returns the trial to run after those that are done, undefined at the end.
 */
export async function runTrials(
  stage: Stage,
  next: (index: number, outcomes: readonly Outcome[]) => Trial | undefined,
): Promise<RunResult> {
  const outcomes: Outcome[] = []
  const unproved: string[] = []
  let replay: Violation[] | null = null
  let hasHistory = true
  const replayAll = async () => {
    replay = await checkReplay(stage)
    if (replay.length > 0) stage.say(violationsText(replay))
  }
  let trial = next(0, outcomes)
  for (let index = 1; trial !== undefined && unproved.length < MOST_UNPROVED; index += 1) {
    if (trial.losesHistory) {
      if (hasHistory && outcomes.length > 0) await replayAll()
      hasHistory = false
    }
    stage.say(trial.title)
    try {
      const outcome = await runTrial(stage, trial)
      outcomes.push(outcome)
      if (outcome.violations.length > 0)
        stage.say(`${violationsText(outcome.violations)}\n  again: ${trial.again}`)
    } catch (error) {
      unproved.push(trial.title)
      stage.say(`  unknown: ${error instanceof Error ? error.message : error}\n  again: ${trial.again}`)
    }
    trial = next(index, outcomes)
  }
  if (hasHistory) await replayAll()
  return { outcomes, unproved, replay }
}
