import { setTimeout as pause } from 'node:timers/promises'
import { readFreshness } from '@shelfwire/verify'
import { storeIdsOf } from '../stage.ts'
import { loseData } from './lose-data.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { runCommand } from './start-command.ts'

const COMPONENT = 'mysql-central'
const UNNOTICED_MS = 8_000

/** Central loses its database, and with it the registry its schemas; a person has it rebuilt from the stores. */
export const centralWiped: Script = {
  name: 'central-wiped',
  about: "central's database loses its disk, and with it the stores' names and the schemas",
  // Records of before name schemas that the registry has lost.
  losesHistory: true,
  async run(scene) {
    const since = Date.now()
    await scene.trouble(COMPONENT, "the folder of central's database is gone, and it is killed", () =>
      loseData(scene, COMPONENT),
    )
    await scene.timed('noticed: central calls no store fresh', () => noneFresh(scene), { since })
    await pause(UNNOTICED_MS)
    const stores = storeIdsOf(scene)
    const rebuiltAt = Date.now()
    await runCommand(scene, 'rebuild', '--yes')
    for (const store of stores) await scene.untilFresh(store, { since: rebuiltAt })
  },
}

async function noneFresh({ place }: Scene): Promise<boolean> {
  const stores = await readFreshness(place.centralQueryUrl)
  return stores.every(({ state }) => state !== 'fresh')
}
