import { hash } from 'node:crypto'
import { datetimeOfUs, isoOfDatetime } from '@shelfwire/contracts'
import {
  inSlices,
  MAX_KEYS_PER_LIST,
  type Pool,
  type RowDataPacket,
  type Transaction,
} from '@shelfwire/mysql'
import type { JournalRecord } from '../records/record.ts'

/** A record that is set aside. */
export interface Parked {
  record: JournalRecord
  storeId: string | null
  reason: string
  /** A beat in the same batch has already shown that nothing is missing. */
  isResolved: boolean
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
        // A recreated topic begins its offsets at 0 again: the same place may hold another record.
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
          slice.map(({ record, storeId, reason, isResolved }) => [
            topic,
            record.partition,
            record.offset,
            storeId,
            reason.slice(0, MAX_REASON),
            record.key?.subarray(0, MAX_KEY_BYTES) ?? null,
            record.value,
            now,
            isResolved ? now : null,
            isResolved ? 'beat' : null,
          ]),
        ],
      ),
    ROWS_PER_INSERT,
  )
}

/** A beat has shown that nothing of these stores is missing: what was parked before took nothing away. */
export async function resolveByBeat(
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

/** Where a record stands in its topic. */
export interface RecordPlace {
  topic: string
  partition: number
  offset: number
}

/** A parked record as people see it; key and value in base64. */
export interface ParkedView {
  partition: number
  offset: number
  storeId: string | null
  reason: string
  keyBase64: string | null
  valueBase64: string | null
  valueBytes: number | null
  parkedAt: string
  resolvedAt: string | null
  resolvedBy: string | null
}

/** Of each value in a list: a journal's row has some hundred bytes, and a page of the longest records stays below 8 MB. */
export const VALUE_HEAD_BYTES = 4_096

const COLUMNS =
  'partition_id, record_offset, store_id, reason, record_key, LENGTH(record_value) AS value_bytes, ' +
  'parked_at, resolved_at, resolved_by'

const AT_PLACE = 'topic = ? AND partition_id = ? AND record_offset = ?'
const valuesOfPlace = ({ topic, partition, offset }: RecordPlace) => [topic, partition, offset]

/** Parked records behind `after`, with the head of each value; by store and by whether they are resolved, if given. */
export async function selectParkedPage(
  pool: Pool,
  {
    topic,
    store,
    resolved,
    after: [partition, offset] = [-1, -1],
    limit,
  }: {
    topic: string
    store: string | undefined
    resolved: boolean | undefined
    after: [number, number] | undefined
    limit: number
  },
): Promise<ParkedView[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT ${COLUMNS}, LEFT(record_value, ${VALUE_HEAD_BYTES}) AS record_value
     FROM parked WHERE topic = ? AND (partition_id > ? OR (partition_id = ? AND record_offset > ?))
       ${store === undefined ? '' : 'AND store_id = ?'}
       ${resolved === undefined ? '' : `AND resolved_at IS ${resolved ? 'NOT NULL' : 'NULL'}`}
     ORDER BY partition_id, record_offset LIMIT ?`,
    [topic, partition, partition, offset, ...(store === undefined ? [] : [store]), limit],
  )
  return rows.map(parkedOf)
}

/** One parked record with its whole value. */
export async function selectParked(pool: Pool, place: RecordPlace): Promise<ParkedView | undefined> {
  const [[row]] = await pool.query<RowDataPacket[]>(
    `SELECT ${COLUMNS}, record_value FROM parked WHERE ${AT_PLACE}`,
    valuesOfPlace(place),
  )
  return row && parkedOf(row)
}

/** The store of a parked record, null when the record names none; undefined when no such record is parked. */
export async function selectStoreOfParked(
  trx: Transaction,
  place: RecordPlace,
): Promise<string | null | undefined> {
  const [row] = await trx.rows<{ store_id: string | null }>(
    `SELECT store_id FROM parked WHERE ${AT_PLACE}`,
    valuesOfPlace(place),
  )
  return row?.store_id
}

/** Marks a parked record as resolved, unless it is. */
export async function markResolved(
  trx: Transaction,
  place: RecordPlace,
  { by, nowUs }: { by: string; nowUs: number },
): Promise<void> {
  await trx.run(
    `UPDATE parked SET resolved_at = ?, resolved_by = ? WHERE ${AT_PLACE} AND resolved_at IS NULL`,
    [datetimeOfUs(nowUs), by, ...valuesOfPlace(place)],
  )
}

/** How many parked records of the store aren't resolved. */
export async function countParkedOpen(trx: Transaction, storeId: string): Promise<number> {
  const [open] = await trx.rows<{ count: number }>(
    'SELECT COUNT(*) AS count FROM parked WHERE store_id = ? AND resolved_at IS NULL',
    [storeId],
  )
  return open?.count ?? 0
}

function parkedOf(row: RowDataPacket): ParkedView {
  return {
    partition: row.partition_id,
    offset: row.record_offset,
    storeId: row.store_id,
    reason: row.reason,
    keyBase64: row.record_key?.toString('base64') ?? null,
    valueBase64: row.record_value?.toString('base64') ?? null,
    valueBytes: row.value_bytes,
    parkedAt: isoOfDatetime(row.parked_at),
    resolvedAt: row.resolved_at === null ? null : isoOfDatetime(row.resolved_at),
    resolvedBy: row.resolved_by,
  }
}

function digestOf(value: Buffer | null): string | null {
  return value === null ? null : hash('sha256', value, 'hex')
}
