import { datetimeOfUs } from '@shelfwire/contracts'
import { combine, type Query, select, type Transaction } from '@shelfwire/mysql'

/** A partition that is paused until an operator resumes it. */
export interface Halt {
  partition: number
  /** Where it goes on. */
  nextOffset: number
  reason: string
}

/** Characters that the column takes: what a decoder says of a bad record may be longer. */
const MAX_REASON = 512

/** Every halted partition of the topic. */
export function readHalts(topic: string): Query<Map<number, Halt>> {
  const ofTopic = select<{ partition_id: number; next_offset: number; reason: string }>(
    'SELECT partition_id, next_offset, reason FROM halts WHERE topic = ?',
    [topic],
  )
  return combine([ofTopic], ([rows]) => {
    const halts = rows.map(({ partition_id: partition, next_offset: nextOffset, reason }) => {
      return [partition, { partition, nextOffset, reason }] as const
    })
    return new Map(halts)
  })
}

/** Halts partitions. */
export async function insertHalts(
  trx: Transaction,
  { topic, halts, nowUs }: { topic: string; halts: readonly Halt[]; nowUs: number },
): Promise<void> {
  if (halts.length === 0) return
  await trx.run(
    `INSERT INTO halts (topic, partition_id, next_offset, reason, halted_at) VALUES ?
     ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset), reason = VALUES(reason)`,
    [
      halts.map(({ partition, nextOffset, reason }) => [
        topic,
        partition,
        nextOffset,
        reason.slice(0, MAX_REASON),
        datetimeOfUs(nowUs),
      ]),
    ],
  )
}

/** Lets a partition go on; false when it wasn't halted. */
export async function deleteHalt(
  trx: Transaction,
  { topic, partition }: { topic: string; partition: number },
): Promise<boolean> {
  const { affectedRows } = await trx.run('DELETE FROM halts WHERE topic = ? AND partition_id = ?', [
    topic,
    partition,
  ])
  return affectedRows > 0
}
