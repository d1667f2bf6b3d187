import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { storeId } from '@shelfwire/platform'
import { readMetric } from '../check/check-metrics.ts'
import { kafkaOf } from '../kafka-admin.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

const ID = storeId(3)
const RECORDS = 150
const HALTED_MS = 10_000

/** A producer gone wrong: so many unreadable records in a row that their partition halts until a person resumes it. */
export const badRecords100: Script = {
  name: 'bad-records-100',
  about: `${RECORDS} unreadable records in a row, under the name of ${ID}`,
  async run(scene) {
    const { urls } = scene.stack
    const since = Date.now()
    const partition = await produceBad(scene)
    const halted = async () => (await readMetric(urls.centralUpdate, 'shelfwire_partitions_halted')) === 1
    await scene.timed(`noticed: partition ${partition} is halted, alarm partition_halted`, halted, { since })
    await scene.untilNotFresh(ID, { since })
    await pause(HALTED_MS)
    const resumedAt = Date.now()
    const path = `/v1/partitions/${partition}/resume`
    const { status } = await fetch(`${urls.centralUpdate}${path}`, { method: 'POST' })
    scene.say(`POST ${path}: ${status}`)
    await scene.untilFresh(ID, { since: resumedAt })
  },
}

/** In one send, so that no good record comes in between; returns the partition they went to. */
async function produceBad(scene: Scene): Promise<number> {
  const producer = kafkaOf(scene).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    const messages = Array.from({ length: RECORDS }, (_, index) => ({ key: ID, value: `no Avro ${index}` }))
    const [sent] = await producer.send({ topic: JOURNAL_TOPIC, messages })
    return sent?.partition ?? -1
  } finally {
    await producer.disconnect()
  }
}
