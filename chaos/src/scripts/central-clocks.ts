import { setTimeout as pause } from 'node:timers/promises'
import { CENTRAL_STEPS } from '../faults/clock.ts'
import { storeIdsOf } from '../stage.ts'
import type { Script } from './script.ts'
import { startSecondCentral } from './second-service.ts'

const STEP_MS = 4_000
const READER = 'central-query'
const UPDATES = ['central-update', 'second-central-update']

/**
 * Two central-updates send pings, and each applies what the other's pings prove: so the clock that sends, the one that
 * applies and the one that answers leap apart. That no answer was fresh beyond the SLA is checked as after every trial.
 */
export const centralClocks: Script = {
  name: 'central-clocks',
  about: 'the clocks of two central-updates and of central-query leap, each alone',
  async run(scene) {
    const { trial } = scene
    await using _second = await startSecondCentral(scene, trial.steppedClock('second-central-update'))
    for (const component of [...UPDATES, READER]) {
      for (const { text, ms } of CENTRAL_STEPS) {
        await scene.trouble(component, `the clock of ${component} is ${text}`, async () => {
          trial.stepClock(component, ms)
          await pause(STEP_MS)
          trial.stepClock(component, 0)
        })
      }
    }
    for (const store of storeIdsOf(scene)) await scene.untilFresh(store)
  },
}
