import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import type { Kafka } from '@shelfwire/kafka'
import { waitFor } from '../ask.ts'

/** The consumer group of central-update, unless it is configured otherwise. */
const GROUP = 'central-update'

/** Waits until central has applied everything the journal topic holds by now. Throws when it has not within `withinMs`. */
export async function untilRead(kafka: Kafka, withinMs: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const ends = new Map(
      (await admin.fetchTopicOffsets(JOURNAL_TOPIC)).map(({ partition, high }) => [partition, BigInt(high)]),
    )
    const isRead = async () => {
      const [group] = await admin.fetchOffsets({ groupId: GROUP, topics: [JOURNAL_TOPIC] })
      const read = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
      // A partition that never held a record has no offset, which Kafka calls -1.
      return [...ends].every(([partition, end]) => end === 0n || (read.get(partition) ?? -1n) >= end) || null
    }
    await waitFor('central, to have applied the journal', isRead, withinMs)
  } finally {
    await admin.disconnect()
  }
}
