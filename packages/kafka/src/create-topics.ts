import { setTimeout as pause } from 'node:timers/promises'
import type { Admin, ITopicConfig } from 'kafkajs'

const WITHIN_MS = 30_000
const LOOK_EVERY_MS = 50
/** Errors with which a broker answers for a topic whose creation hasn't reached it yet. */
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'])

/**
 * Creates topics and waits until every partition has a leader. kafkajs's own `waitForLeaders` fails when the
 * broker that it asks doesn't know a new topic yet, which is frequent. Throws what kafkajs throws.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false })
  const names = topics.map(({ topic }) => topic)
  const untilMs = performance.now() + WITHIN_MS
  while (!(await haveLeaders(admin, names))) {
    if (performance.now() > untilMs)
      throw new Error(`${names.join(', ')}: no leader within ${WITHIN_MS / 1_000} s`)
    await pause(LOOK_EVERY_MS)
  }
}

async function haveLeaders(admin: Admin, names: string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    return topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
  } catch (error) {
    if (NOT_YET.has(String((error as { type?: string }).type))) return false
    throw error
  }
}
