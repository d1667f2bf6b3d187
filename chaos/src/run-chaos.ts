import { startStack, untilAborted } from '@shelfwire/platform'
import { STORES } from './components.ts'
import { openTrialWiring } from './faults/trial-wiring.ts'
import type { ChaosOptions } from './options.ts'
import type { RunResult } from './run-result.ts'
import { runScripts } from './run-scripts.ts'
import { runRegressions, runSeeds } from './run-seeds.ts'
import { openStage } from './stage.ts'

export interface ChaosPlace {
  dataDir: string
  portBase: number
  say: (line: string) => void
  /** Stops the platform and the trial with it; the run rejects with its reason. */
  signal?: AbortSignal
}

/** Starts a platform of its own, runs the trials of the options on it, and stops it. */
export async function runChaos(
  options: ChaosOptions,
  { dataDir, portBase, say, signal }: ChaosPlace,
): Promise<RunResult> {
  await using trial = await openTrialWiring(portBase, options.bug)
  await using stack = await startStack({
    ...{ dataDir, portBase, stores: STORES, fresh: true, wiring: trial.wiring, signal },
  })
  const stage = await openStage({ stack, trial, say }, dataDir)
  try {
    return await untilAborted(runnerFor(options)(stage, options), signal)
  } finally {
    await stage.databases[Symbol.asyncDispose]()
  }
}

function runnerFor({ scripts, regressions }: ChaosOptions): typeof runSeeds {
  if (scripts.length > 0) return runScripts
  return regressions ? runRegressions : runSeeds
}
