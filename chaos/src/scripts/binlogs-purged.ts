import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import { askAsRoot } from './ask-as-root.ts'
import type { Script } from './script.ts'

const STORE = 1
const ID = storeId(STORE)
const AWAY_MS = 8_000

/** Connect is down for longer than a store keeps its binlogs: what the connector has not read is gone from there. */
export const binlogsPurged: Script = {
  name: 'binlogs-purged',
  about: `Connect is down while the binlogs of ${ID} are purged beyond what it has read`,
  async run(scene) {
    const { stack } = scene
    const since = Date.now()
    await stack.stopComponent('connect')
    await scene.untilNotFresh(ID, { since })
    await pause(AWAY_MS)
    await askAsRoot(scene, STORE, 'FLUSH BINARY LOGS')
    const logs = await askAsRoot(scene, STORE, 'SHOW BINARY LOGS')
    const newest = String(logs.at(-1)?.Log_name)
    await askAsRoot(scene, STORE, `PURGE BINARY LOGS TO '${newest}'`)
    scene.say(`${logs.length - 1} binlogs of ${ID} are gone, only ${newest} is left`)
    const backAt = Date.now()
    await stack.startComponent('connect')
    await scene.untilFresh(ID, { since: backAt })
  },
}
