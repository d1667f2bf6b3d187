import { ConnectApi } from '@shelfwire/platform'
import { storeIdsOf } from '../stage.ts'
import { loseData } from './lose-data.ts'
import type { Script } from './script.ts'

const WITHIN_MS = 240_000

/** The broker loses all it has: the journal, the commands, every group's position, and what Connect keeps there. */
export const kafkaWiped: Script = {
  name: 'kafka-wiped',
  about: 'the broker loses its disk, and with it all topics, positions and connectors',
  // What Kafka had acknowledged and central had not read is gone with it.
  losesEntries: true,
  async run(scene) {
    const stores = storeIdsOf(scene)
    const since = Date.now()
    const lost = scene.trouble('kafka', "the broker's folder is gone, and it is killed", () =>
      loseData(scene, 'kafka'),
    )
    await scene.untilNotFresh(stores[0] ?? '', { since })
    await lost
    scene.say('the broker is back, empty')
    for (const store of stores) await scene.untilFresh(store, { since, withinMs: WITHIN_MS })
    // Also central's connector, for commands, which no store's freshness depends on.
    const connect = new ConnectApi(scene.stack.urls.connect)
    for (const name of ['central', ...stores]) await connect.untilRunning(name)
    await scene.timed(
      'every connector is kept in the new cluster',
      async () => (await connect.states()).length === stores.length + 1,
      { since },
    )
  },
}
