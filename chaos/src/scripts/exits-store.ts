import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import { EXITS } from '../bugs/exits.ts'
import { killComponent } from '../faults/kill.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { runCommand, startCommand } from './start-command.ts'
import { storeStatus } from './store-status.ts'

const STORE = 3
const ID = storeId(STORE)
const DYING_MS = 20_000
const OPEN_EPOCH = ['store', 'open-epoch', '--store', String(STORE), '--yes']

/** A store dies between a commit and its answers, and between the statements that open an epoch. */
export const exitsStore: Script = {
  name: 'exits-store',
  about: `${ID} dies after commits before their answers, and between the statements that open an epoch`,
  async run(scene) {
    await scene.trouble(ID, `${ID} dies before its answers, again and again`, () => dieBeforeAnswers(scene))
    await scene.untilFresh(ID)
    const { epoch } = await storeStatus(scene, STORE)
    for (const { name, about } of EXITS.filter((exit) => exit.name.startsWith('exit-opening'))) {
      await scene.trouble(ID, about, async () => {
        const { code } = await startCommand(scene, OPEN_EPOCH, name).ended
        if (code === 0) throw new Error(`${name} did not end the opening`)
      })
      await scene.untilFresh(ID)
    }
    await expectEpoch(scene, epoch + 1, 'only the opening that died after its COMMIT has opened one')
    await scene.trouble(ID, 'an epoch is opened whole', () => runCommand(scene, ...OPEN_EPOCH))
    await expectEpoch(scene, epoch + 2, 'and one more')
  },
}

async function dieBeforeAnswers(scene: Scene): Promise<void> {
  const { stack, trial, say } = scene
  let deaths = 0
  const endCounting = stack.onLog((line) => {
    if (line.startsWith(`${ID} was ended by SIGKILL`)) deaths += 1
  })
  trial.setBug(ID, 'exit-before-answer')
  try {
    await killComponent(scene, ID)
    await pause(DYING_MS)
  } finally {
    trial.setBug(ID, null)
    endCounting()
  }
  say(`${ID} died ${deaths - 1} times by itself`)
  // The process that runs now may have the exit in it.
  await killComponent(scene, ID)
}

async function expectEpoch(scene: Scene, expected: number, why: string): Promise<void> {
  const { epoch } = await storeStatus(scene, STORE)
  scene.say(`${ID} is in epoch ${epoch}`)
  if (epoch === expected) return
  const detail = `it is in epoch ${epoch} instead of ${expected}: ${why}`
  scene.blame({ invariant: 'I2', harm: 'other', storeId: ID, detail })
}
