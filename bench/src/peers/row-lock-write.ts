import { setTimeout as pause } from 'node:timers/promises'
import { datetimeOfUs, type Entry, type EntryRow, entryOfRow, usOfDate } from '@shelfwire/contracts'
import {
  type Connection,
  classifyError,
  mysqlCode,
  type Pool,
  type ResultSetHeader,
  type RowDataPacket,
} from '@shelfwire/mysql'
import type {
  RefusedLine,
  Write,
  WriteLine,
  WriteOutcome,
} from '../../../services/local-store/src/writes/write.ts'
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
export function writeOnce({ pool, numbering, now }: RowLockOptions): (write: Write) => Promise<WriteOutcome> {
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
        // The same key at the same time: the other request's answer is committed once its row is visible.
        if (mysqlCode(error) !== 'ER_DUP_ENTRY' && classifyError(error) !== 'contention') throw error
        await pause(Math.random() * 2)
      } finally {
        connection.release()
      }
    }
  }
}

async function findAnswer(
  pool: Pool,
  { caller, requestId, fingerprint }: Write,
): Promise<WriteOutcome | undefined> {
  const [row] = await execute<RowDataPacket>(
    pool,
    'SELECT body_hash, status, answer FROM requests WHERE caller = ? AND request_id = ?',
    [caller, requestId],
  )
  if (row === undefined) return undefined
  if (!fingerprint.equals(row.body_hash))
    return { outcome: 'refused', code: 'idempotency_key_reused', requestId }
  if (row.answer !== null) return { outcome: 'repeated', answer: { status: row.status, text: row.answer } }
  const rows = await execute<EntryRow & RowDataPacket>(
    pool,
    'SELECT * FROM journal WHERE caller = ? AND request_id = ? ORDER BY seq',
    [caller, requestId],
  )
  return recorded(rows.map(entryOfRow))
}

interface Deciding {
  numbering: RowLockOptions['numbering']
  nowUs: number
}

async function decide(
  connection: Connection,
  write: Write,
  { numbering, nowUs }: Deciding,
): Promise<WriteOutcome> {
  const at = datetimeOfUs(nowUs)
  const entries: Entry[] = []
  let refused: RefusedLine | undefined
  const lines = [...write.lines].sort((a, b) => (a.sku < b.sku ? -1 : 1))
  const changed: { line: WriteLine; onHandDelta: number; onHand: number }[] = []
  for (const line of lines) {
    const onHandDelta = write.kind === 'sale' ? -line.quantity : line.quantity
    const [[row]] = await connection.execute<RowDataPacket[]>(
      'SELECT on_hand, held FROM stock WHERE sku = ? FOR UPDATE',
      [line.sku],
    )
    const onHand = (row?.on_hand ?? 0) + onHandDelta
    const level = { onHand: row?.on_hand ?? 0, held: row?.held ?? 0 }
    if (onHand < level.held) refused ??= { code: 'insufficient_stock', ...line, ...level }
    changed.push({ line, onHandDelta, onHand })
  }
  for (const change of refused === undefined ? changed : [])
    entries.push(await record(connection, write, { ...change, numbering, nowUs }))
  await connection.execute(
    'INSERT INTO requests (caller, request_id, body_hash, status, answer, recorded_at) VALUES (?, ?, ?, ?, ?, ?)',
    [
      write.caller,
      write.requestId,
      write.fingerprint,
      refused === undefined ? 201 : 409,
      refused === undefined ? null : JSON.stringify({ code: refused.code }),
      at,
    ],
  )
  return refused === undefined
    ? recorded(entries)
    : { outcome: 'refused', code: refused.code, lines: [refused] }
}

function recorded(entries: Entry[]): WriteOutcome {
  return { outcome: 'recorded', storeId: STORE_ID, entries, isTimeReplaced: false }
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

/** AUTO_INCREMENT's number without a second statement. */
async function takeNumber(connection: Connection): Promise<number> {
  const [{ insertId }] = await connection.execute<ResultSetHeader>(
    'UPDATE head SET next_seq = LAST_INSERT_ID(next_seq) + 1 WHERE store_id = ?',
    [STORE_ID],
  )
  return insertId
}
