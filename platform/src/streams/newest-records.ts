import { randomUUID } from 'node:crypto'
import { createDecoder, type Kafka, type KafkaMessage } from '@shelfwire/kafka'

export type ShownRecord = {
  partition: number
  offset: string
  at: Date
  key: string
  /** The record's schema name and fields, or its text, or why it can't be read. */
  content: string
}

/** The newest `count` records of a topic, oldest first, decoded through the registry where they are Avro. */
export async function newestRecords(
  kafka: Kafka,
  registryUrl: string,
  { topic, count }: { topic: string; count: number },
): Promise<ShownRecord[]> {
  const raw = (await readEnds(kafka, topic, count))
    .sort((a, b) => Number(a.message.timestamp) - Number(b.message.timestamp))
    .slice(-count)
  const decoder = createDecoder(registryUrl)
  await decoder.prepare(raw.map(({ message }) => message.value))
  return raw.map(({ partition, message }) => ({
    partition,
    offset: message.offset,
    at: new Date(Number(message.timestamp)),
    key: message.key?.toString() ?? '',
    content: contentText(message.value, decoder.decode(message.value)),
  }))
}

type Raw = { partition: number; message: KafkaMessage }

/** The last `count` records of each partition. */
async function readEnds(kafka: Kafka, topic: string, count: number): Promise<Raw[]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = (await admin.fetchTopicOffsets(topic)).filter(({ low, high }) => BigInt(high) > BigInt(low))
  const found: Raw[] = []
  const unread = new Map(ends.map(({ partition, high }) => [partition, BigInt(high)]))
  if (ends.length > 0) {
    const groupId = `shelfwire-look-${randomUUID()}`
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const { promise: allRead, resolve } = Promise.withResolvers<void>()
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const end = unread.get(partition)
        if (end === undefined || BigInt(message.offset) >= end) return
        found.push({ partition, message })
        if (BigInt(message.offset) + 1n === end) unread.delete(partition)
        if (unread.size === 0) resolve()
      },
    })
    for (const { partition, low, high } of ends) {
      const from = BigInt(high) - BigInt(count)
      consumer.seek({ topic, partition, offset: String(from > BigInt(low) ? from : low) })
    }
    await allRead
    await consumer.disconnect()
    await admin.deleteGroups([groupId])
  }
  await admin.disconnect()
  return found
}

function contentText(
  value: Buffer | null,
  decoded: ReturnType<ReturnType<typeof createDecoder>['decode']>,
): string {
  if (decoded.ok) return `${decoded.name} ${JSON.stringify(decoded.fields)}`
  // Pings are plain text.
  const text = value?.toString() ?? ''
  return /^[\x20-\x7e]+$/.test(text) ? text : decoded.reason
}
