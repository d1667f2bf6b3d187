import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { createKafka, type Kafka } from '@shelfwire/kafka'
import { ask } from './ask.ts'
import { urls } from './platform.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** A client of the platform's broker. */
export function kafkaClient(): Kafka {
  return createKafka({ clientId: 'end-to-end-tests', brokers: [urls.brokers], log: silent })
}

/** Where each partition of the journal topic begins and ends. */
export async function journalOffsets(): Promise<{ partition: number; low: string; high: string }[]> {
  const admin = kafkaClient().admin()
  await admin.connect()
  try {
    return await admin.fetchTopicOffsets(JOURNAL_TOPIC)
  } finally {
    await admin.disconnect()
  }
}

/** How many records the journal topic has ever got. */
export async function journalRecords(): Promise<number> {
  return (await journalOffsets()).reduce((sum, { high }) => sum + Number(high), 0)
}

/** The id of the newest schema of each subject. */
export async function schemaIds(): Promise<Record<string, number>> {
  const { status, body: subjects } = await ask<string[]>('GET', `${urls.registry}/subjects`)
  if (status !== 200) throw new Error(`the registry answers ${status}`)
  const ids = subjects.map(async (subject) => {
    const url = `${urls.registry}/subjects/${encodeURIComponent(subject)}/versions/latest`
    return [subject, (await ask<{ id: number }>('GET', url)).body.id] as const
  })
  return Object.fromEntries(await Promise.all(ids))
}
