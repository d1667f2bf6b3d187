import { randomUUID } from 'node:crypto'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { createTopics, type Kafka } from '@shelfwire/kafka'
import type { JournalRecord } from '../records/record.ts'
import { BEAT_FIELDS, ENTRY_FIELDS } from './debezium-fields.ts'

const SCHEMAS = { Entry: ENTRY_FIELDS, Beat: BEAT_FIELDS }

/** A journal topic of a test's own, and a producer that writes what a store's connector would. */
export async function openJournalTopic(kafka: Kafka, registryUrl: string, partitions = 1) {
  const topic = `journal-${randomUUID()}`
  const pingsTopic = `pings-${randomUUID()}`
  const registry = new SchemaRegistry({ host: registryUrl })
  const ids = new Map<string, number>()
  // Subjects of its own: two test files that register the same new subject at a time get an error.
  for (const [name, fields] of Object.entries(SCHEMAS)) {
    const schema = JSON.stringify({ type: 'record', namespace: 'shelfwire', name, fields })
    ids.set(
      name,
      (await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${topic}.${name}` })).id,
    )
  }
  const admin = kafka.admin()
  const producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  const make = () => createTopics(admin, [{ topic, numPartitions: partitions }])
  await make()
  await createTopics(admin, [{ topic: pingsTopic, numPartitions: 1 }])

  async function encode({ content, value }: JournalRecord): Promise<Buffer | null> {
    const commit = { __op: 'c', __commit_ms: Date.now() }
    if (content.type === 'broken' || content.type === 'unclaimed_beat') return value
    if (content.type === 'beat') {
      const { beat, connector } = content
      return registry.encode(ids.get('Beat') ?? 0, {
        ...commit,
        ...snake(beat),
        beat_at: beat.beatAtUs,
        __connector: connector,
      })
    }
    const { entry, connector } = content
    return registry.encode(ids.get('Entry') ?? 0, {
      ...commit,
      ...snake(entry),
      occurred_at: entry.occurredAtUs,
      recorded_at: entry.recordedAtUs,
      __connector: connector,
    })
  }

  return {
    topic,
    pingsTopic,
    /** Writes records in order; broken ones with the bytes they hold. */
    async produce(records: readonly JournalRecord[], partition = 0): Promise<void> {
      const messages = await Promise.all(
        records.map(async (record) => ({ key: record.key, value: await encode(record), partition })),
      )
      await producer.send({ topic, messages })
    },
    /** The committed offsets of the group, by partition. */
    async positions(groupId: string): Promise<number[]> {
      const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return (found?.partitions ?? [])
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset }) => Number(offset))
    },
    /** Commits `offset` for the group. */
    async moveGroup(groupId: string, offset: number): Promise<void> {
      await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] })
    },
    /** Records before `offset` are gone, as when they have expired. */
    async forgetBefore(offset: number): Promise<void> {
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] })
    },
    /** Deletes the topic and creates it again: its offsets begin at 0. */
    async recreate(): Promise<void> {
      await admin.deleteTopics({ topics: [topic] })
      await make()
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await producer.disconnect()
      await admin.deleteTopics({ topics: [topic, pingsTopic] })
      await admin.disconnect()
    },
  }
}

function snake(members: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
}
