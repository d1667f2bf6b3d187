import { setTimeout as pause } from 'node:timers/promises'
import { foldersIn } from '@shelfwire/platform'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { moveToSmallDisk, type SmallDisk } from './small-disk.ts'

const COMPONENT = 'kafka'
const SPARE_MB = 48
const FULL_MS = 25_000

/** Other files fill the disk that the broker's log and settings are on. */
export const fullDiskBroker: Script = {
  name: 'full-disk-broker',
  about: `the disk under the broker is full for ${FULL_MS / 1_000} s`,
  async run(scene) {
    const disk = await scene.trouble(
      COMPONENT,
      `the broker moves to a disk with ${SPARE_MB} MB to spare`,
      () => onSmallDisk(scene),
    )
    try {
      await allFresh(scene, Date.now())
      await scene.trouble(COMPONENT, 'the disk under the broker is full', () => fillAndFree(scene, disk))
    } finally {
      await scene.trouble(COMPONENT, 'the broker moves back', async () => {
        await disk.free()
        await scene.stack.stopComponent(COMPONENT)
        await disk.moveBack()
        await scene.stack.startComponent(COMPONENT)
      })
    }
    await allFresh(scene, Date.now())
  },
}

async function onSmallDisk({ stack, place }: Scene): Promise<SmallDisk> {
  await stack.stopComponent(COMPONENT)
  const disk = await moveToSmallDisk(foldersIn(place.dataDir).component(COMPONENT), { spareMb: SPARE_MB })
  await stack.startComponent(COMPONENT)
  return disk
}

async function fillAndFree(scene: Scene, disk: SmallDisk): Promise<void> {
  const fullAt = Date.now()
  await disk.fill()
  scene.say('the disk is full')
  const isDown = () => scene.stack.component(COMPONENT).state !== 'ready'
  const down = scene
    .timed('noticed: the broker is down', isDown, { since: fullAt, withinMs: FULL_MS })
    .catch(() => scene.say(`the broker did not go down within ${FULL_MS / 1_000} s`))
  for (const store of storeIdsOf(scene)) await scene.untilNotFresh(store, { since: fullAt })
  await down
  await pause(Math.max(0, fullAt + FULL_MS - Date.now()))

  const freedAt = Date.now()
  await disk.free()
  scene.say('space is freed')
  await scene.timed('healed: the broker is up', () => !isDown(), { since: freedAt })
  await allFresh(scene, freedAt)
}

async function allFresh(scene: Scene, since: number): Promise<void> {
  for (const store of storeIdsOf(scene)) await scene.untilFresh(store, { since })
}
