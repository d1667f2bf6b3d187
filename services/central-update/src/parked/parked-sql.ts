import { hash } from 'node:crypto'
import { datetimeOfUs } from '@shelfwire/contracts'
import { inSlices, MAX_KEYS_PER_LIST, type Transaction } from '@shelfwire/mysql'
import type { JournalRecord } from '../records/record.ts'

/** A record that is set aside. */
export interface Parked {
  record: JournalRecord
  storeId: string | null
  reason: string
  /** A beat in the same batch has already shown that nothing is missing. */
  madeGood: boolean
}

const MAX_KEY_BYTES = 512
const MAX_REASON = 512
// Values may be up to a mebibyte each, twice that as hex, and a statement must fit max_allowed_packet (16 MiB).
const ROWS_PER_INSERT = 5

/** Of these records, the ones that are parked already with the same bytes: a repeat, not another bad record. */
export async function findParked(
  trx: Transaction,
  { topic, records }: { topic: string; records: readonly JournalRecord[] },
): Promise<Set<JournalRecord>> {
  const found = new Set<JournalRecord>()
  await inSlices(
    records,
    async (slice) => {
      const rows = await trx.rows<{ partition_id: number; record_offset: number; digest: string | null }>(
        `SELECT partition_id, record_offset, SHA2(record_value, 256) AS digest FROM parked
         WHERE topic = ? AND (partition_id, record_offset) IN (?)`,
        [topic, slice.map(({ partition, offset }) => [partition, offset])],
      )
      const digests = new Map(rows.map((row) => [`${row.partition_id}.${row.record_offset}`, row.digest]))
      for (const record of slice) {
        const digest = digests.get(`${record.partition}.${record.offset}`)
        // A topic that was made anew begins its offsets anew: the same place may hold another record.
        if (digest !== undefined && digest === digestOf(record.value)) found.add(record)
      }
    },
    MAX_KEYS_PER_LIST,
  )
  return found
}

/** Sets records aside. */
export async function insertParked(
  trx: Transaction,
  { topic, parked, nowUs }: { topic: string; parked: readonly Parked[]; nowUs: number },
): Promise<void> {
  const now = datetimeOfUs(nowUs)
  await inSlices(
    parked,
    (slice) =>
      trx.run(
        `INSERT INTO parked (topic, partition_id, record_offset, store_id, reason, record_key, record_value,
           parked_at, resolved_at, resolved_by) VALUES ?
         ON DUPLICATE KEY UPDATE store_id = VALUES(store_id), reason = VALUES(reason), record_key = VALUES(record_key),
           record_value = VALUES(record_value), parked_at = VALUES(parked_at),
           resolved_at = VALUES(resolved_at), resolved_by = VALUES(resolved_by)`,
        [
          slice.map(({ record, storeId, reason, madeGood }) => [
            topic,
            record.partition,
            record.offset,
            storeId,
            reason.slice(0, MAX_REASON),
            record.key?.subarray(0, MAX_KEY_BYTES) ?? null,
            record.value,
            now,
            madeGood ? now : null,
            madeGood ? 'beat' : null,
          ]),
        ],
      ),
    ROWS_PER_INSERT,
  )
}

/** A beat has shown that nothing of these stores is missing: what was parked before took nothing away. */
export async function makeGood(
  trx: Transaction,
  { storeIds, nowUs }: { storeIds: readonly string[]; nowUs: number },
): Promise<void> {
  const resolve = (slice: string[]) =>
    trx.run(
      `UPDATE parked SET resolved_at = ?, resolved_by = 'beat' WHERE store_id IN (?) AND resolved_at IS NULL`,
      [datetimeOfUs(nowUs), slice],
    )
  await inSlices(storeIds, resolve, MAX_KEYS_PER_LIST)
}

function digestOf(value: Buffer | null): string | null {
  return value === null ? null : hash('sha256', value, 'hex')
}
