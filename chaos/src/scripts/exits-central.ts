import { setTimeout as pause } from 'node:timers/promises'
import { killComponent } from '../faults/kill.ts'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

const COMPONENT = 'central-update'
const DYING_MS = 40_000

/** central-update dies between its commit and the offset's, after which Kafka delivers the same records again. */
export const exitsCentral: Script = {
  name: 'exits-central',
  about: `${COMPONENT} dies after commits, before it commits the offsets, for ${DYING_MS / 1_000} s`,
  async run(scene) {
    await scene.trouble(COMPONENT, `${COMPONENT} dies before it commits offsets, again and again`, () =>
      dieBeforeOffsets(scene),
    )
    const since = Date.now()
    for (const store of storeIdsOf(scene)) await scene.untilFresh(store, { since })
  },
}

async function dieBeforeOffsets(scene: Scene): Promise<void> {
  const { stack, trial, say } = scene
  let deaths = 0
  const endCounting = stack.onLog((line) => {
    if (line.startsWith(`${COMPONENT} was ended by SIGKILL`)) deaths += 1
  })
  trial.setBug(COMPONENT, 'exit-before-offset')
  try {
    await killComponent(scene, COMPONENT)
    await pause(DYING_MS)
  } finally {
    trial.setBug(COMPONENT, null)
    endCounting()
  }
  say(`${COMPONENT} died ${deaths - 1} times by itself`)
  // The process that runs now may have the exit in it.
  await killComponent(scene, COMPONENT)
}
