import { partOf } from '@shelfwire/central'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import type { Position } from './position.ts'

/** Numbers in one bucket: small enough to be read row by row when its sums differ. */
export const BUCKET_SIZE = 1_000

/** What an entry says; the same columns in a store's journal and in central's ledger. */
const BUSINESS_COLUMNS = [
  'sku',
  'kind',
  'on_hand_delta',
  'held_delta',
  'on_hand',
  'held',
  'hold_id',
  'caller',
  'request_id',
  'reference',
  'reason',
  'occurred_at',
  'recorded_at',
]

/** A table of entries on one side: a store's journal, or its rows in central's ledger. */
export interface Entries {
  pool: Pool
  /** FROM and the beginning of WHERE. */
  from: string
  values: readonly (string | number)[]
}

export function journalOf(store: Pool): Entries {
  return { pool: store, from: 'FROM journal WHERE TRUE', values: [] }
}

export function ledgerOf(central: Pool, storeId: string): Entries {
  const from = 'FROM central_view.ledger WHERE part = ? AND store_id = ?'
  return { pool: central, from, values: [partOf(storeId), storeId] }
}

export interface BucketSum {
  epoch: number
  bucket: number
  entries: number
  checksum: string
}

// QUOTE keeps NULL apart from '' and from the word, and one column's text apart from the next one's.
const CONTENT = `CONCAT_WS(',', epoch, seq, ${BUSINESS_COLUMNS.map((column) => `QUOTE(${column})`).join(', ')})`
// 60 bits of each row's hash, added up: no order, and nothing that cancels out.
const CHECKSUM = `CAST(SUM(CAST(CONV(LEFT(SHA2(${CONTENT}, 256), 15), 16, 10) AS UNSIGNED)) AS CHAR)`
const UP_TO = '(epoch < ? OR (epoch = ? AND seq <= ?))'

/** Count and checksum of every bucket of entries up to and including `last`. */
export async function bucketSums({ pool, from, values }: Entries, last: Position): Promise<BucketSum[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT epoch, seq DIV ${BUCKET_SIZE} AS bucket, COUNT(*) AS entries, ${CHECKSUM} AS checksum
       ${from} AND ${UP_TO} GROUP BY epoch, bucket ORDER BY epoch, bucket`,
    [...values, last.epoch, last.epoch, last.seq],
  )
  return rows as BucketSum[]
}

/** The entries of one bucket up to and including `last`, their content as text, by number. */
export async function bucketContent(
  { pool, from, values }: Entries,
  { epoch, bucket }: { epoch: number; bucket: number },
  last: Position,
): Promise<Map<number, string>> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT seq, ${CONTENT} AS content ${from} AND ${UP_TO} AND epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq`,
    [
      ...values,
      ...[last.epoch, last.epoch, last.seq],
      ...[epoch, bucket * BUCKET_SIZE, (bucket + 1) * BUCKET_SIZE - 1],
    ],
  )
  return new Map((rows as { seq: number; content: string }[]).map(({ seq, content }) => [seq, content]))
}

/** The newest entry a side has; seq 0 when it has none. */
export async function newestEntry({ pool, from, values }: Entries): Promise<Position> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT epoch, seq ${from} ORDER BY epoch DESC, seq DESC LIMIT 1`,
    [...values],
  )
  return (rows[0] as Position | undefined) ?? { epoch: 1, seq: 0 }
}

/** How far central has applied a store without holes; null when it knows nothing of it. */
export async function appliedUpTo(central: Pool, storeId: string): Promise<Position | null> {
  const [rows] = await central.query<RowDataPacket[]>(
    `SELECT c.epoch, COALESCE(MIN(h.from_seq) - 1, MAX(c.seq)) AS seq
       FROM central.cursors c
       LEFT JOIN central.holes h ON h.part = c.part AND h.store_id = c.store_id AND h.epoch = c.epoch
      WHERE c.part = ? AND c.store_id = ? GROUP BY c.epoch`,
    [partOf(storeId), storeId],
  )
  return (rows[0] as Position | undefined) ?? null
}
