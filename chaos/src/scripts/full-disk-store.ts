import { setTimeout as pause } from 'node:timers/promises'
import { foldersIn, storeId } from '@shelfwire/platform'
import type { Attempt } from '../workload/request.ts'
import { attemptsSince } from './attempts.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { moveToSmallDisk, type SmallDisk } from './small-disk.ts'

const STORE = 1
const ID = storeId(STORE)
const DATABASE = `mysql-${ID}`
const SPARE_MB = 24
const FULL_MS = 20_000

/**
 * Other files fill the disk that a store's database is on: once with files that have all their blocks, where the database
 * waits for space, and once with sparse files, as `npm start` copies them, where InnoDB aborts.
 */
export const fullDiskStore: Script = {
  name: 'full-disk-store',
  about: `the disk under the database of ${ID} is full for ${FULL_MS / 1_000} s, twice`,
  async run(scene) {
    for (const keepHoles of [false, true]) {
      scene.say(`its files have ${keepHoles ? 'holes (sparse files)' : 'all their blocks'}`)
      await onSmallDisk(scene, { spareMb: SPARE_MB, keepHoles }, async (disk) => {
        await scene.untilFresh(ID)
        await scene.trouble(DATABASE, `the disk under ${DATABASE} is full`, () => fillAndFree(scene, disk))
      })
      await scene.untilFresh(ID)
    }
  },
}

async function onSmallDisk(
  { stack, place, trouble }: Scene,
  size: { spareMb: number; keepHoles: boolean },
  work: (disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const disk = await trouble(
    DATABASE,
    `${DATABASE} moves to a disk with ${SPARE_MB} MB to spare`,
    async () => {
      await stack.stopComponent(DATABASE)
      const moved = await moveToSmallDisk(foldersIn(place.dataDir).component(DATABASE), size)
      await stack.startComponent(DATABASE)
      return moved
    },
  )
  try {
    await work(disk)
  } finally {
    await trouble(DATABASE, `${DATABASE} moves back`, async () => {
      await disk.free()
      await stack.stopComponent(DATABASE)
      await disk.moveBack()
      await stack.startComponent(DATABASE)
    })
  }
}

async function fillAndFree(scene: Scene, disk: SmallDisk): Promise<void> {
  const fullAt = Date.now()
  await disk.fill()
  const refused = () => attemptsSince(scene, ID, fullAt).some(({ status }) => status === 503)
  await scene.timed('noticed: a till gets 503', refused, { since: fullAt })
  await scene.untilNotFresh(ID, { since: fullAt })
  await pause(Math.max(0, fullAt + FULL_MS - Date.now()))

  const freedAt = Date.now()
  await disk.free()
  scene.say('space is freed')
  const sells = () => attemptsSince(scene, ID, freedAt).some(({ result }) => result === 'ok')
  await scene.timed(`healed: ${ID} sells`, sells, { since: freedAt })
  await scene.untilFresh(ID, { since: freedAt })
  reportAnswers(
    scene,
    attemptsSince(scene, ID, fullAt).filter(({ sentAt }) => sentAt < freedAt),
  )
}

/** Every till must have got an answer, and within its limit. */
function reportAnswers(scene: Scene, attempts: readonly Attempt[]): void {
  const byStatus = Map.groupBy(attempts, ({ status, answer }) => {
    const code = (answer as { code?: string } | null)?.code
    return `${status ?? 'no answer'}${code === undefined ? '' : ` ${code}`}`
  })
  const counts = [...byStatus].map(([status, of]) => `${of.length} × ${status}`).join(', ')
  const longestMs = Math.max(0, ...attempts.map(({ sentAt, answeredAt }) => answeredAt - sentAt))
  scene.say(`answers: ${counts}; the longest waited ${(longestMs / 1_000).toFixed(1)} s`)
  const silent = attempts.filter(({ status }) => status === null).length
  if (silent === 0) return
  const detail = `${silent} requests got no answer at all while the disk was full`
  scene.blame({ invariant: 'I14', harm: 'other', storeId: ID, detail })
}
