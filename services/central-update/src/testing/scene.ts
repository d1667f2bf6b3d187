import { randomUUID } from 'node:crypto'
import { streams, testKafka } from '@shelfwire/testkit'
import type { CentralDatabase } from './central-database.ts'
import { openJournalTopic } from './journal-topic.ts'
import { sampleStore } from './sample-store.ts'
import { startProcess } from './service-process.ts'

/** How long a fact may take, and how often it is looked at. */
export const within = { timeout: 20_000, interval: 50 }

const kafka = testKafka('central-update-test')

/** A store, topics and a group that no other test knows, and processes of central-update that serve them. */
export async function openScene(
  central: CentralDatabase,
  { partitions = 1, registryUrl = streams().registryUrl } = {},
) {
  const { brokers } = streams()
  const storeId = `s-${randomUUID().slice(0, 8)}`
  await central.register(storeId)
  const journal = await openJournalTopic(kafka, streams().registryUrl, partitions)
  const groupId = `group-${randomUUID()}`
  const { host, port, user, password, database } = central.service
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    REGISTRY_URL: registryUrl,
    MYSQL_HOST: host,
    MYSQL_PORT: String(port),
    MYSQL_USER: user,
    MYSQL_PASSWORD: password,
    MYSQL_MAINTENANCE_PASSWORD: central.maintenancePassword,
    MYSQL_DATABASE: database,
    KAFKA_GROUP: groupId,
    JOURNAL_TOPIC: journal.topic,
    PINGS_TOPIC: journal.pingsTopic,
    INSTANCE: groupId,
  }
  return {
    env,
    journal,
    groupId,
    store: sampleStore(storeId),
    start: () => startProcess(env),
    async cursor() {
      const sql = `SELECT seq, checksum, as_of, suspect_reason FROM cursors WHERE store_id = '${storeId}'`
      return (await central.rows(sql))[0] as { seq: number } | undefined
    },
    async ledger() {
      const sql = `SELECT COUNT(*) AS entries FROM central_view.ledger WHERE store_id = '${storeId}'`
      return Number((await central.rows(sql))[0]?.entries)
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}
