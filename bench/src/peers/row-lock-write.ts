import { setTimeout as pause } from 'node:timers/promises'
import { datetimeOfUs, type Entry, type EntryRow, entryOfRow, usOfDate } from '@shelfwire/contracts'
import {
  type Connection,
  mysqlCode,
  type Pool,
  type ResultSetHeader,
  type RowDataPacket,
  troubleOf,
} from '@shelfwire/mysql'
import { viewRecorded } from '../../../services/local-store/src/journal/entry-view.ts'
import type { Write, WriteAnswer, WriteLine } from '../../../services/local-store/src/writes/write.ts'
import { execute } from './execute.ts'

export interface RowLockOptions {
  pool: Pool
  numbering: 'head' | 'auto_increment'
  now: () => Date
}

const EPOCH = 1
const STORE_ID = 'store-1'

/**
 * One request, one transaction: the key is looked up first, outside it; then `SELECT … FOR UPDATE` on each level, and
 * the same rows are written as the store's lane writes. Statements are prepared. The shared row of numbers is taken
 * last, so that it is held for as short as a number without gaps allows. SKUs are locked in order: no deadlocks.
 */
export function writeOnce({ pool, numbering, now }: RowLockOptions): (write: Write) => Promise<WriteAnswer> {
  return async (write) => {
    for (;;) {
      const before = await findAnswer(pool, write)
      if (before !== undefined) return before
      const connection = await pool.getConnection()
      try {
        await connection.query('START TRANSACTION')
        const answer = await decide(connection, write, { numbering, nowUs: usOfDate(now()) })
        await connection.query('COMMIT')
        return answer
      } catch (error) {
        await connection.query('ROLLBACK')
        // The same key at the same time: the other's answer is there once its row could be seen.
        if (mysqlCode(error) !== 'ER_DUP_ENTRY' && troubleOf(error) !== 'contention') throw error
        await pause(Math.random() * 2)
      } finally {
        connection.release()
      }
    }
  }
}

async function findAnswer(
  pool: Pool,
  { caller, requestId, bodyHash }: Write,
): Promise<WriteAnswer | undefined> {
  const [row] = await execute<RowDataPacket>(
    pool,
    'SELECT body_hash, status, answer FROM requests WHERE caller = ? AND request_id = ?',
    [caller, requestId],
  )
  if (row === undefined) return undefined
  if (!bodyHash.equals(row.body_hash)) return { status: 422, body: { code: 'idempotency_key_reused' } }
  if (row.answer !== null) return { status: row.status, body: JSON.parse(row.answer) }
  const rows = await execute<EntryRow & RowDataPacket>(
    pool,
    'SELECT * FROM journal WHERE caller = ? AND request_id = ? ORDER BY seq',
    [caller, requestId],
  )
  return { status: row.status, body: viewRecorded(STORE_ID, rows.map(entryOfRow)) }
}

interface Deciding {
  numbering: RowLockOptions['numbering']
  nowUs: number
}

async function decide(
  connection: Connection,
  write: Write,
  { numbering, nowUs }: Deciding,
): Promise<WriteAnswer> {
  const at = datetimeOfUs(nowUs)
  const entries: Entry[] = []
  let refused = false
  const lines = [...write.lines].sort((a, b) => (a.sku < b.sku ? -1 : 1))
  const changed: { line: WriteLine; onHandDelta: number; onHand: number }[] = []
  for (const line of lines) {
    const onHandDelta = write.kind === 'sale' ? -line.quantity : line.quantity
    const [[row]] = await connection.execute<RowDataPacket[]>(
      'SELECT on_hand, held FROM stock WHERE sku = ? FOR UPDATE',
      [line.sku],
    )
    const onHand = (row?.on_hand ?? 0) + onHandDelta
    if (onHand < (row?.held ?? 0)) refused = true
    changed.push({ line, onHandDelta, onHand })
  }
  for (const change of refused ? [] : changed)
    entries.push(await record(connection, write, { ...change, numbering, nowUs }))
  const answer = refused
    ? { status: 409, body: { code: 'insufficient_stock' } }
    : { status: 201, body: viewRecorded(STORE_ID, entries) }
  await connection.execute(
    'INSERT INTO requests (caller, request_id, body_hash, status, answer, recorded_at) VALUES (?, ?, ?, ?, ?, ?)',
    [
      write.caller,
      write.requestId,
      write.bodyHash,
      answer.status,
      refused ? JSON.stringify(answer.body) : null,
      at,
    ],
  )
  return answer
}

interface Change {
  line: WriteLine
  onHandDelta: number
  onHand: number
  numbering: RowLockOptions['numbering']
  nowUs: number
}

async function record(connection: Connection, write: Write, change: Change): Promise<Entry> {
  const {
    line: { sku },
    onHandDelta,
    onHand,
    numbering,
    nowUs,
  } = change
  const at = datetimeOfUs(nowUs)
  const { kind, caller, requestId, reference, reason } = write
  await connection.execute(
    `INSERT INTO stock (sku, sku_folded, on_hand, held, epoch, seq, updated_at) VALUES (?, ?, ?, 0, ?, 0, ?)
     ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand), updated_at = VALUES(updated_at)`,
    [sku, sku.toLowerCase(), onHand, EPOCH, at],
  )
  const number = numbering === 'head' ? await takeNumber(connection) : null
  const [{ insertId }] = await connection.execute<ResultSetHeader>(
    `INSERT INTO journal (epoch, seq, store_id, sku, kind, on_hand_delta, held_delta, on_hand, held, hold_id, caller,
       request_id, reference, reason, occurred_at, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0, NULL, ?, ?, ?, ?, ?, ?)`,
    [EPOCH, number, STORE_ID, sku, kind, onHandDelta, onHand, caller, requestId, reference, reason, at, at],
  )
  const seq = number ?? insertId
  return {
    ...{ epoch: EPOCH, seq, storeId: STORE_ID, sku, kind },
    ...{ onHandDelta, heldDelta: 0, onHand, held: 0, holdId: null },
    ...{ caller, requestId, reference, reason, occurredAtUs: nowUs, recordedAtUs: nowUs },
  }
}

/** MySQL's own way to a number without a second statement. */
async function takeNumber(connection: Connection): Promise<number> {
  const [{ insertId }] = await connection.execute<ResultSetHeader>(
    'UPDATE head SET next_seq = LAST_INSERT_ID(next_seq) + 1 WHERE store_id = ?',
    [STORE_ID],
  )
  return insertId
}
