import type { Kafka } from '@shelfwire/kafka'

export interface GroupOptions {
  groupId: string
  topic: string
}

/** Where each partition of the journal topic ends now. */
export async function readEnds(
  kafka: Kafka,
  topic: string,
): Promise<{ partition: number; offset: number }[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const partitions = await admin.fetchTopicOffsets(topic)
    return partitions.map(({ partition, high }) => ({ partition, offset: Number(high) }))
  } finally {
    await admin.disconnect()
  }
}

/**
 * Has the group go on at these places. What lies before them is read again from the stores: taking it in twice would
 * be harmless, but entries without those before them are gaps, and every gap has a store copy rows. Kafka refuses
 * while the group has a member; a process that was killed is one for 6 s more.
 */
export async function moveGroup(
  kafka: Kafka,
  { groupId, topic }: GroupOptions,
  ends: readonly { partition: number; offset: number }[],
): Promise<void> {
  const admin = kafka.admin({ retry: { initialRetryTime: 500, maxRetryTime: 2_000, retries: 10 } })
  await admin.connect()
  try {
    const partitions = ends.map(({ partition, offset }) => ({ partition, offset: String(offset) }))
    await admin.setOffsets({ groupId, topic, partitions })
  } finally {
    await admin.disconnect()
  }
}
