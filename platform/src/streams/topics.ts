import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKafka, createTopics, type Kafka } from '@shelfwire/kafka'
import { waitFor } from '../ask.ts'
import { confDir } from '../layout.ts'
import { fillTemplate } from '../template.ts'

type Topic = { name: string; partitions: number; config: Record<string, string> }

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** A Kafka client for set-up and for people's questions; failures come back as errors, not as log lines. */
export function adminKafka(brokers: string): Kafka {
  return createKafka({ clientId: 'shelfwire-platform', brokers: brokers.split(','), log: silent })
}

/** The topics of conf/kafka/topics.json for these stores. */
export async function topicsFor(storeIds: string[]): Promise<Topic[]> {
  const text = await readFile(join(confDir, 'kafka/topics.json'), 'utf8')
  const { shared, perStore } = JSON.parse(text) as { shared: Topic[]; perStore: Topic[] }
  const ofStore = (id: string) =>
    perStore.map((topic) => ({ ...topic, name: fillTemplate(topic.name, { STORE_ID: id }) }))
  return [...shared, ...storeIds.flatMap(ofStore)]
}

/** Makes the topics that are missing. Those that are there are left as they are: partitions never change. */
export async function ensureTopics(brokers: string, storeIds: string[]): Promise<void> {
  const admin = adminKafka(brokers).admin()
  await admin.connect()
  try {
    // A broker listens a moment before the controller lets it hold partitions.
    await waitFor(
      'a Kafka broker',
      async () => ((await admin.describeCluster()).brokers.length > 0 ? true : null),
      30_000,
    )
    await untilGroupsWork(admin)
    const there = new Set(await admin.listTopics())
    const missing = (await topicsFor(storeIds)).filter((topic) => !there.has(topic.name))
    if (missing.length === 0) return
    await createTopics(
      admin,
      missing.map(({ name, partitions, config }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    )
  } finally {
    await admin.disconnect()
  }
}

/**
 * A new broker makes the topic of consumer groups' positions when first asked, and refuses consumers until it is
 * loaded. These five names fall into its five partitions, one each.
 */
async function untilGroupsWork(admin: ReturnType<Kafka['admin']>): Promise<void> {
  const probe = async () => {
    await admin.describeGroups(['a', 'b', 'c', 'd', 'e'])
    return true
  }
  await waitFor('Kafka, for consumer groups', probe, 30_000)
}
