import { setTimeout as pause } from 'node:timers/promises'
import { type ChaosOptions, seedAt } from './options.ts'
import type { RunResult } from './run-result.ts'
import { runTrials } from './run-trials.ts'
import { openScene } from './scripts/scene.ts'
import type { Stage } from './stage.ts'
import type { Tills } from './trial.ts'

/** Calm before and after what the script does, so that every run also shows what health looks like. */
const CALM_MS = 3_000

/** Runs one script after the other, on one platform. */
export async function runScripts(stage: Stage, { scripts, seed: first }: ChaosOptions): Promise<RunResult> {
  // What the supervisor and the watch over the connectors do is part of the report.
  const endReporting = stage.stack.onLog((line) => stage.say(`         | ${line.split('\n')[0]}`))
  try {
    return await runTrials(stage, (index) => {
      const script = scripts[index]
      if (script === undefined) return undefined
      const seed = seedAt(first, index)
      return {
        ...{ title: script.name, seed },
        ...{ losesEntries: script.losesEntries ?? false, losesHistory: script.losesHistory ?? false },
        again: `npm run chaos -- --script ${script.name} --seed ${seed}`,
        async play(tills: Tills) {
          const scene = openScene(stage, seed, tills)
          scene.say(script.about)
          await pause(CALM_MS)
          await script.run(scene)
          await pause(CALM_MS)
          tills.close()
          return scene.played
        },
      }
    })
  } finally {
    endReporting()
  }
}
