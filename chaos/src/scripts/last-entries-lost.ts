import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { storeId } from '@shelfwire/platform'
import { kafkaOf } from '../kafka-admin.ts'
import type { Stage } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

const ID = storeId(1)
const UNREAD_MS = 3_000
/** Longer than from a commit to Kafka, so that nothing is on its way when the records are deleted. */
const ARRIVED_MS = 1_500

/** Kafka loses the last entries of a store that then sells nothing: no later entry shows that they are missing. */
export const lastEntriesLost: Script = {
  name: 'last-entries-lost',
  about: `the last entries of ${ID} vanish from Kafka unread, and the store rests`,
  // The records are deleted: only the stores' journals have those entries.
  losesEntries: true,
  async run(scene) {
    const { stack, tills } = scene
    await stack.stopComponent('central-update')
    try {
      await pause(UNREAD_MS)
      tills.resting.add(ID)
      await pause(ARRIVED_MS)
      scene.say(`${await deleteJournal(scene)} records of all stores are deleted, ${ID} rests`)
      const since = Date.now()
      await stack.startComponent('central-update')
      await scene.timed(`noticed: ${ID} misses entries`, async () => (await missing(scene)) > 0, { since })
      scene.say(`${await missing(scene)} entries are missing: ${(await scene.freshnessOf(ID)).why}`)
      await scene.untilFresh(ID, { since })
    } finally {
      tills.resting.delete(ID)
    }
  },
}

async function missing(scene: Scene): Promise<number> {
  return (await scene.freshnessOf(ID)).missing ?? 0
}

/** Deletes all that Kafka has of the journal; returns how many records central had not read. */
async function deleteJournal(stage: Stage): Promise<number> {
  const admin = kafkaOf(stage).admin()
  await admin.connect()
  try {
    const log = await admin.fetchTopicOffsets(JOURNAL_TOPIC)
    const [committed] = await admin.fetchOffsets({ groupId: 'central-update', topics: [JOURNAL_TOPIC] })
    const partitions = log.map(({ partition, high }) => ({ partition, offset: high }))
    await admin.deleteTopicRecords({ topic: JOURNAL_TOPIC, partitions })
    const readUpTo = new Map(
      committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    )
    return log.reduce(
      (sum, { partition, high }) => sum + Number(high) - (readUpTo.get(partition) ?? Number(high)),
      0,
    )
  } finally {
    await admin.disconnect()
  }
}
