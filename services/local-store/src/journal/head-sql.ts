import {
  datetimeOfUs,
  EMPTY_CHECKSUM,
  Fault,
  formatChecksum,
  parseChecksum,
  usOfDatetime,
} from '@shelfwire/contracts'
import {
  combine,
  type Pool,
  type Query,
  type Reader,
  type RowDataPacket,
  select,
  type Transaction,
} from '@shelfwire/mysql'
import type { Head } from './books.ts'

interface HeadRow {
  store_id: string
  epoch: number
  next_seq: number
  era: number
  commands_done: number
  checksum: string
  steady_at: string | null
  opening_reason: string | null
  covered_epoch: number
}

const COLUMNS =
  'store_id, epoch, next_seq, era, commands_done, checksum, steady_at, opening_reason, covered_epoch'

/** Locks the head, always first: the session that holds it is the only writer, so commit order is the order of numbers. */
export function lockHead(storeId: string): Query<Head> {
  const locking = select<HeadRow>(`SELECT ${COLUMNS} FROM head WHERE store_id = ? FOR UPDATE`, [storeId])
  return combine([locking], ([[row]]) => {
    if (row === undefined) throw headMissing(storeId)
    return headOf(row)
  })
}

/** The store's head without a lock. Throws the Fault `head_missing`. */
export async function readHead(pool: Pool, storeId: string, timeoutMs = 5_000): Promise<Head> {
  const head = (await readHeads(pool, timeoutMs)).find((head) => head.storeId === storeId)
  if (head === undefined) throw headMissing(storeId)
  return head
}

/** The same, on any session. */
export async function readHeadOn(reader: Reader, storeId: string): Promise<Head> {
  const [row] = await reader.rows<HeadRow>(`SELECT ${COLUMNS} FROM head WHERE store_id = ?`, [storeId])
  if (row === undefined) throw headMissing(storeId)
  return headOf(row)
}

export function saveHead(trx: Transaction, head: Head): void {
  trx.later(
    `UPDATE head SET epoch = ?, next_seq = ?, era = ?, commands_done = ?, checksum = ?, steady_at = ?,
       opening_reason = ?, covered_epoch = ? WHERE store_id = ?`,
    [
      head.epoch,
      head.nextSeq,
      head.era,
      head.commandsDone,
      formatChecksum(head.checksum),
      head.steadyAtUs === null ? null : datetimeOfUs(head.steadyAtUs),
      head.openingReason,
      head.coveredEpoch,
      head.storeId,
    ],
  )
}

/** More than one, or another than ours, means that the database is another store's. */
async function readHeads(pool: Pool, timeoutMs = 5_000): Promise<Head[]> {
  const [rows] = await pool.query<(HeadRow & RowDataPacket)[]>({
    sql: `SELECT ${COLUMNS} FROM head`,
    timeout: timeoutMs,
  })
  return rows.map(headOf)
}

/**
 * Gives a new database its head: the first start of a store. Returns why the database can't be ours; empty when
 * it is. A second process that starts meanwhile does no harm.
 */
export async function claimHead(pool: Pool, storeId: string): Promise<string[]> {
  let heads = await readHeads(pool)
  if (heads.length === 0) {
    await pool.query(`INSERT IGNORE INTO head (${COLUMNS}) VALUES (?, 1, 1, 0, 0, ?, NULL, NULL, 1)`, [
      storeId,
      formatChecksum(EMPTY_CHECKSUM),
    ])
    heads = await readHeads(pool)
  }
  const others = heads.filter((head) => head.storeId !== storeId)
  return others.map((head) => `STORE_ID is ${storeId}, but the database is that of ${head.storeId}`)
}

function headMissing(storeId: string): Fault {
  return new Fault('head_missing', `the database has no head of ${storeId}`, { canRetry: false })
}

function headOf(row: HeadRow): Head {
  return {
    storeId: row.store_id,
    epoch: row.epoch,
    nextSeq: row.next_seq,
    era: row.era,
    commandsDone: row.commands_done,
    checksum: parseChecksum(row.checksum),
    steadyAtUs: row.steady_at === null ? null : usOfDatetime(row.steady_at),
    openingReason: row.opening_reason,
    coveredEpoch: row.covered_epoch,
  }
}
