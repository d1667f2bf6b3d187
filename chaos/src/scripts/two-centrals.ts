import { setTimeout as pause } from 'node:timers/promises'
import { checkConsumed } from '../check/check-metrics.ts'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { startSecondCentral } from './second-service.ts'

const COMPONENT = 'central-update'
const TOGETHER_MS = 5_000
/** Longer than the session after which Kafka gives its partitions to the other (6 s), and than MySQL lets it keep locks (10 s). */
const PAUSED_MS = 16_000

/** Two central-updates share the journal; each in turn is paused, is replaced by the other, and continues. */
export const twoCentrals: Script = {
  name: 'two-centrals',
  about: 'a second central-update joins, and each of the two in turn is paused and replaced',
  async run(scene) {
    const { stack } = scene
    await using second = await startSecondCentral(scene)
    scene.say('they share the partitions')
    await pause(TOGETHER_MS)
    for (const [name, pid] of [
      ['the first', stack.component(COMPONENT).pid ?? 0],
      ['the second', second.pid],
    ] as const) {
      await scene.trouble(COMPONENT, `${name} central-update is paused`, () => pauseProcess(scene, pid))
      scene.say(`${name} wakes up`)
      await pause(TOGETHER_MS)
    }
    for (const violation of await checkConsumed(second.url)) scene.blame(violation)
  },
}

async function pauseProcess(scene: Scene, pid: number): Promise<void> {
  const since = Date.now()
  process.kill(pid, 'SIGSTOP')
  try {
    for (const store of storeIdsOf(scene)) await scene.untilFresh(store, { since })
    await pause(Math.max(0, since + PAUSED_MS - Date.now()))
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}
