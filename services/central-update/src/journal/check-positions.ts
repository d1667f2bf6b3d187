import type { Kafka } from '@shelfwire/kafka'

/**
 * Partitions whose committed position lies outside the log, in words: the topic was recreated, or its records expired
 * before they were read. The consumer then begins at the earliest record, and the cursors show what is missing.
 */
export async function positionsOutsideLog(
  kafka: Kafka,
  { groupId, topic }: { groupId: string; topic: string },
): Promise<{ partition: number; detail: string }[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const log = new Map((await admin.fetchTopicOffsets(topic)).map((each) => [each.partition, each]))
    return (committed?.partitions ?? []).flatMap(({ partition, offset }) => {
      const range = log.get(partition)
      const position = Number(offset)
      if (range === undefined || position < 0) return []
      if (position >= Number(range.low) && position <= Number(range.high)) return []
      return [
        { partition, detail: `position ${position} lies outside the log, ${range.low} to ${range.high}` },
      ]
    })
  } finally {
    await admin.disconnect()
  }
}
