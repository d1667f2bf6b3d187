import { setTimeout as pause } from 'node:timers/promises'
import { killPart } from '../faults/kill.ts'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

const PART = 'central-update'
const DYING_MS = 40_000

/** central-update dies where records would come twice to whoever counted on offsets alone. */
export const exitsCentral: Script = {
  name: 'exits-central',
  about: `${PART} dies after commits before it tells Kafka, for ${DYING_MS / 1_000} s`,
  async run(scene) {
    await scene.trouble(PART, `${PART} dies before it tells Kafka, again and again`, () =>
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
    if (line.startsWith(`${PART} was ended by SIGKILL`)) deaths += 1
  })
  trial.setBug(PART, 'exit-before-offset')
  try {
    await killPart(scene, PART)
    await pause(DYING_MS)
  } finally {
    trial.setBug(PART, null)
    endCounting()
  }
  say(`${PART} died ${deaths - 1} times by itself`)
  // Whatever runs now may still have it in it.
  await killPart(scene, PART)
}
