import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { createDecoder, createKafka } from '@shelfwire/kafka'

const WITHIN_MS = 60_000
const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** The Kafka timestamp of each of a store's entries by `seq`, in ms since 1970, read from the topic afterwards. */
export async function readKafkaTimes(
  { brokers, registry }: { brokers: string; registry: string },
  { storeId, lastSeq }: { storeId: string; lastSeq: number },
): Promise<Map<number, number>> {
  const kafka = createKafka({ clientId: 'bench-lag', brokers: [brokers], log: silent })
  const decoder = createDecoder(registry)
  const consumer = kafka.consumer({ groupId: randomUUID() })
  const times = new Map<number, number>()
  await consumer.connect()
  await consumer.subscribe({ topic: JOURNAL_TOPIC, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch: { messages } }) {
      await decoder.prepare(messages.map(({ value }) => value))
      for (const { key, value, timestamp } of messages) {
        const decoded = decoder.decode(value)
        if (!decoded.ok || decoded.name !== 'shelfwire.Entry' || key?.toString() !== storeId) continue
        times.set(decoded.fields.seq as number, Number(timestamp))
      }
    },
  })
  const deadline = performance.now() + WITHIN_MS
  while (!times.has(lastSeq) && performance.now() < deadline) await pause(50)
  await consumer.disconnect()
  return times
}
