import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { ensureTopics } from '@shelfwire/platform'
import { kafkaOf } from '../kafka-admin.ts'
import { storeIdsOf } from '../stage.ts'
import type { Script } from './script.ts'

const GONE_MS = 8_000

/** The journal topic is deleted, and created again a little later. */
export const topicRecreated: Script = {
  name: 'topic-recreated',
  about: `topic ${JOURNAL_TOPIC} is deleted, and created again after ${GONE_MS / 1_000} s`,
  // What Kafka had acknowledged and central had not read is deleted with the topic.
  losesEntries: true,
  async run(scene) {
    const admin = kafkaOf(scene).admin()
    await admin.connect()
    const since = Date.now()
    try {
      await admin.deleteTopics({ topics: [JOURNAL_TOPIC] })
    } finally {
      await admin.disconnect()
    }
    const stores = storeIdsOf(scene)
    await scene.untilNotFresh(stores[0] ?? '', { since })
    await pause(Math.max(0, since + GONE_MS - Date.now()))
    await ensureTopics(scene.stack.urls.brokers, stores)
    scene.say(`${JOURNAL_TOPIC} exists again`)
    const backAt = Date.now()
    for (const store of stores) await scene.untilFresh(store, { since: backAt })
  },
}
