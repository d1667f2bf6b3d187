import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { storeId } from '@shelfwire/platform'
import { STORES } from '../components.ts'
import { kafkaOf } from '../kafka-admin.ts'
import type { DrawFault } from './fault.ts'

/** Unreadable records among a store's own. They are parked; the store's next beats prove that nothing is missing. */
export const drawBadRecords: DrawFault = (random) => {
  const store = storeId(random.between(1, STORES))
  const count = random.between(1, 20)
  return {
    component: `records of ${store}`,
    text: `${count} bad records under the name of ${store}`,
    async inject(stage) {
      const producer = kafkaOf(stage).producer({ allowAutoTopicCreation: false })
      const messages = Array.from({ length: count }, (_, index) => ({
        key: store,
        value: index % 2 === 0 ? null : Buffer.from('no Avro at all'),
      }))
      try {
        await producer.connect()
        await producer.send({ topic: JOURNAL_TOPIC, messages })
      } catch (error) {
        // The broker is down by another fault: then there are no bad records either.
        stage.say(`  no bad records: ${error instanceof Error ? error.message : error}`)
      } finally {
        await producer.disconnect().catch(() => {})
      }
    },
  }
}
