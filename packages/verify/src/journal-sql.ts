import { partOf } from '@shelfwire/central'
import { ENTRY_COLUMNS } from '@shelfwire/contracts'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import type { Position } from './position.ts'

/** Numbers in one bucket: small enough to be read row by row when its sums differ. */
export const BUCKET_SIZE = 1_000

const NUMBER_COLUMNS: readonly string[] = ['epoch', 'seq', 'store_id']
/** The content of an entry: the same columns in a store's journal and in central's ledger. */
const BUSINESS_COLUMNS = ENTRY_COLUMNS.filter((column) => !NUMBER_COLUMNS.includes(column))

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
/**
 * Up to the end of each epoch, as the store has it: what central has beyond the end of an epoch that is over is what
 * a restored store has forgotten, and the ledger keeps it.
 */
const upTo = (ends: readonly Position[]) =>
  ends.length === 0 ? 'FALSE' : `(${ends.map(() => '(epoch = ? AND seq <= ?)').join(' OR ')})`
const valuesOf = (ends: readonly Position[]) => ends.flatMap(({ epoch, seq }) => [epoch, seq])

/** The last entry of each epoch that a side has. */
export async function epochEnds({ pool, from, values }: Entries): Promise<Position[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT epoch, MAX(seq) AS seq ${from} GROUP BY epoch ORDER BY epoch`,
    [...values],
  )
  return rows as Position[]
}

/** Count and checksum of every bucket of entries up to and including `ends`, one of each epoch. */
export async function bucketSums(
  { pool, from, values }: Entries,
  ends: readonly Position[],
): Promise<BucketSum[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT epoch, seq DIV ${BUCKET_SIZE} AS bucket, COUNT(*) AS entries, ${CHECKSUM} AS checksum
       ${from} AND ${upTo(ends)} GROUP BY epoch, bucket ORDER BY epoch, bucket`,
    [...values, ...valuesOf(ends)],
  )
  return rows as BucketSum[]
}

/** The entries of one bucket up to and including `ends`, their content as text, by number. */
export async function bucketContent(
  { pool, from, values }: Entries,
  { epoch, bucket }: { epoch: number; bucket: number },
  ends: readonly Position[],
): Promise<Map<number, string>> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT seq, ${CONTENT} AS content ${from} AND ${upTo(ends)} AND epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq`,
    [...values, ...valuesOf(ends), ...[epoch, bucket * BUCKET_SIZE, (bucket + 1) * BUCKET_SIZE - 1]],
  )
  return new Map((rows as { seq: number; content: string }[]).map(({ seq, content }) => [seq, content]))
}

/** The newest entry a side has; seq 0 when it has none. */
export async function newestEntry(entries: Entries): Promise<Position> {
  return (await epochEnds(entries)).at(-1) ?? { epoch: 1, seq: 0 }
}

/** How far central has applied a store without gaps; null when it knows nothing of it. */
export async function appliedUpTo(central: Pool, storeId: string): Promise<Position | null> {
  const [rows] = await central.query<RowDataPacket[]>(
    `SELECT c.epoch, COALESCE(MIN(h.from_seq) - 1, MAX(c.seq)) AS seq
       FROM central.cursors c
       LEFT JOIN central.gaps h ON h.part = c.part AND h.store_id = c.store_id AND h.epoch = c.epoch
      WHERE c.part = ? AND c.store_id = ? GROUP BY c.epoch`,
    [partOf(storeId), storeId],
  )
  return (rows[0] as Position | undefined) ?? null
}
