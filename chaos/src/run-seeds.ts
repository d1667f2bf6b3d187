import { checkReplay } from './check/check-replay.ts'
import type { Violation } from './check/violation.ts'
import { classOf, PART_CLASSES, type PartClass } from './faults/fault.ts'
import { type ChaosOptions, seedAt } from './options.ts'
import { violationsText } from './report/summary.ts'
import type { Stage } from './stage.ts'
import { type Outcome, runTrial } from './trial.ts'

/** What all seeds of a run came to. */
export interface Run {
  outcomes: Outcome[]
  /** Seeds that ended without a verdict: what could not be checked is unknown, and unknown is never a pass. */
  unproved: string[]
  /** What changed when central was given every record once more. */
  replay: Violation[]
  kills: ReadonlyMap<PartClass, number>
}

/** Runs seed after seed on one platform, and at the end gives central everything again. */
export async function runSeeds(stage: Stage, options: ChaosOptions): Promise<Run> {
  const { kinds, seconds, seeds, kills: wanted } = options
  const kills = new Map<PartClass, number>(PART_CLASSES.map((name) => [name, 0]))
  const outcomes: Outcome[] = []
  const unproved: string[] = []
  const open = () => PART_CLASSES.filter((name) => wanted === null || (kills.get(name) ?? 0) < wanted)
  const isEnough = (index: number) => (wanted === null ? index >= seeds : open().length === 0)
  for (let index = 0; !isEnough(index); index += 1) {
    const seed = seedAt(options.seed, index)
    stage.say(`seed ${seed}`)
    try {
      const outcome = await runTrial(stage, { seed, seconds, kinds, classes: open() })
      outcomes.push(outcome)
      countKills(kills, outcome)
      if (outcome.violations.length === 0) continue
      stage.say(violationsText(outcome.violations))
    } catch (error) {
      unproved.push(seed)
      stage.say(`  unknown: ${error instanceof Error ? error.message : error}`)
      // The platform itself is in no state to be tried any further.
      if (unproved.length === 3) break
    }
    stage.say(`  again: ${commandFor(options, seed)}`)
  }
  const replay = await checkReplay(stage)
  if (replay.length > 0) stage.say(violationsText(replay))
  return { outcomes, unproved, replay, kills }
}

/** The command that repeats a seed. */
function commandFor({ seconds, faults, bug }: ChaosOptions, seed: string): string {
  const withBug = bug === null ? '' : ` --bug ${bug}`
  return `npm run chaos -- --seeds 1 --seconds ${seconds} --faults ${faults} --seed ${seed}${withBug}`
}

function countKills(kills: Map<PartClass, number>, { injections }: Outcome): void {
  for (const { part, text } of injections) {
    const name = classOf(part)
    if (name !== undefined && text.startsWith('kill -9')) kills.set(name, (kills.get(name) ?? 0) + 1)
  }
}
