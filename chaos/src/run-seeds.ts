import { setTimeout as pause } from 'node:timers/promises'
import { COMPONENT_CLASSES, type ComponentClass } from './components.ts'
import { drawTimeline, runTimeline } from './faults/timeline.ts'
import { type ChaosOptions, kindsOf, seedAt } from './options.ts'
import { randomFrom } from './random.ts'
import { REGRESSIONS } from './regressions.ts'
import { countKills } from './report/kills.ts'
import type { RunResult } from './run-result.ts'
import { runTrials, type Trial } from './run-trials.ts'
import type { Stage } from './stage.ts'
import type { Tills } from './trial.ts'

/** Runs seed after seed: the number of the options, or until every class of process was killed often enough. */
export function runSeeds(stage: Stage, options: ChaosOptions): Promise<RunResult> {
  const { seconds, faults, seeds, kills: wanted } = options
  return runTrials(stage, (index, outcomes) => {
    const kills = countKills(outcomes)
    const classes = COMPONENT_CLASSES.filter((name) => wanted === null || (kills.get(name) ?? 0) < wanted)
    if (wanted === null ? index >= seeds : classes.length === 0) return undefined
    const seed = seedAt(options.seed, index)
    return seedTrial(stage, { seed, seconds, faults, classes, bug: options.bug })
  })
}

/** Runs every seed of regressions.ts. */
export function runRegressions(stage: Stage, { bug }: ChaosOptions): Promise<RunResult> {
  return runTrials(stage, (index) => {
    const regression = REGRESSIONS[index]
    return regression && seedTrial(stage, { ...regression, classes: COMPONENT_CLASSES, bug })
  })
}

interface SeedWish {
  seed: string
  seconds: number
  faults: string
  classes: readonly ComponentClass[]
  bug: string | null
}

function seedTrial(stage: Stage, wish: SeedWish): Trial {
  const { seed, seconds, faults, classes } = wish
  return {
    ...{ title: `seed ${seed}`, seed, losesEntries: false, losesHistory: false, again: commandFor(wish) },
    async play({ close }: Tills) {
      const planned = drawTimeline(randomFrom(`${seed}/faults`), { seconds, kinds: kindsOf(faults), classes })
      const [injections] = await Promise.all([
        runTimeline(stage, planned),
        pause(seconds * 1_000).then(close),
      ])
      return { injections, violations: [], restored: [] }
    },
  }
}

/** The command that repeats a seed. */
function commandFor({ seed, seconds, faults, bug }: SeedWish): string {
  const withBug = bug === null ? '' : ` --bug ${bug}`
  return `npm run chaos -- --seeds 1 --seconds ${seconds} --faults ${faults} --seed ${seed}${withBug}`
}
