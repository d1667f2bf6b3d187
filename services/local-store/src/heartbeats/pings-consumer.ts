import { randomUUID } from 'node:crypto'
import { decodePing, PINGS_TOPIC } from '@shelfwire/contracts'
import { type Consuming, type Kafka, type KafkaLog, keepConsuming } from '@shelfwire/kafka'
import type { HeardPing } from './heard-ping.ts'

export interface PingsOptions {
  kafka: Kafka
  storeId: string
  heard: HeardPing
  onPing: () => void
  now: () => Date
  log: KafkaLog
}

/** Listens to central's clock. Only the newest ping of each poll counts, and none from before this process began. */
export function listenToPings({ kafka, storeId, heard, onPing, now, log }: PingsOptions): Consuming {
  return keepConsuming({
    kafka,
    // A group of its own for each process, and no committed offset: every process hears every ping.
    groupId: `local-store.${storeId}.pings.${randomUUID()}`,
    topic: PINGS_TOPIC,
    fromBeginning: false,
    log,
    async eachBatch({ batch, resolveOffset }) {
      resolveOffset(batch.lastOffset())
      const pings = batch.messages.flatMap(({ value }) => decodePing(value) ?? [])
      if (pings.length === 0) return
      heard.hear(Math.max(...pings), now().getTime())
      onPing()
    },
  })
}
