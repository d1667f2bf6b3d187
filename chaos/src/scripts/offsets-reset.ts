import { setTimeout as pause } from 'node:timers/promises'
import { ConnectApi, storeId } from '@shelfwire/platform'
import { readMetric } from '../check/check-metrics.ts'
import type { Script } from './script.ts'

const ID = storeId(2)
const STOPPED_MS = 4_000

/** A connector's offsets are deleted: it begins with a snapshot of the whole journal. */
export const offsetsReset: Script = {
  name: 'offsets-reset',
  about: `the connector of ${ID} loses its offsets`,
  async run(scene) {
    const { stack } = scene
    const connect = new ConnectApi(stack.urls.connect)
    const duplicates = () =>
      readMetric(stack.urls.centralUpdate, 'shelfwire_records_total', 'outcome="duplicate"')
    const since = Date.now()
    const before = await duplicates()
    await connect.forgetOffsets(ID)
    scene.say(`connector ${ID} is stopped, and its offsets are gone`)
    await pause(STOPPED_MS)
    await connect.resume(ID)
    await scene.untilFresh(ID, { since })
    scene.say(`${(await duplicates()) - before} records came again and were dropped`)
  },
}
