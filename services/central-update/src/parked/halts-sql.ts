import { datetimeOfUs, type Transaction } from '@shelfwire/mysql'

/** A partition that stands still until a person resumes it. */
export interface Halt {
  partition: number
  /** Where it goes on. */
  nextOffset: number
  reason: string
}

/** Characters that the column takes: what a decoder says of a bad record may be longer. */
const MAX_REASON = 512

/** Every partition of the topic that stands still. */
export async function readHalts(trx: Transaction, topic: string): Promise<Map<number, Halt>> {
  const rows = await trx.rows<{ partition_id: number; next_offset: number; reason: string }>(
    'SELECT partition_id, next_offset, reason FROM halts WHERE topic = ?',
    [topic],
  )
  return new Map(
    rows.map((row) => [
      row.partition_id,
      { partition: row.partition_id, nextOffset: row.next_offset, reason: row.reason },
    ]),
  )
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
