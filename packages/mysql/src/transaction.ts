import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { outcomeUnknown, troubleOf } from './errors.ts'
import { type Pool, useThenRelease } from './pool.ts'
import { type OrderedSession, sendInOrder } from './send-in-order.ts'
import { ANSWER_WITHIN_MS } from './session.ts'

declare const open: unique symbol

/** What reads: a transaction, or a session for a single statement, which sees one moment by itself. */
export interface Reader {
  /** Rows of a SELECT; the caller names their shape. */
  rows<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/**
 * An open transaction. Statements take it first, so that the compiler refuses a bare pool. Statements that are handed
 * over together run in that order, and when one fails none behind it runs: on a lane's session they are one message to
 * the server, elsewhere one after the other.
 */
export interface Transaction extends Reader {
  readonly [open]: true
  /** Runs a statement that writes; says how many rows it changed. */
  run(sql: string, values?: unknown[]): Promise<{ affectedRows: number }>
  /**
   * Hands over a statement that nothing more is decided by: it goes with the next one, at the latest with COMMIT. When
   * it fails, so does that.
   */
  later(sql: string, values?: unknown[]): void
  /** Runs a LOAD DATA LOCAL, whose file is `text`; `insertRows` checks what became of it. */
  load(sql: string, text: string): Promise<{ affectedRows: number; warnings: number }>
}

const ATTEMPTS = 10
/** With a lock timeout of 5 s, ten attempts would keep a caller waiting for a minute. */
const ATTEMPT_WITHIN_MS = 10_000

export interface TransactOptions {
  /**
   * How long the server may be silent about one statement; 10 s unless told. After that the session counts as lost, and
   * the caller must destroy it: the server may still be at it.
   */
  answerWithinMs?: number
}

/**
 * Runs `story` in one transaction on `connection`. Any error rolls it back and is thrown; an answer to COMMIT that
 * is lost becomes the Fault `outcome_unknown`.
 */
export async function transact<T>(
  connection: Connection,
  story: (trx: Transaction) => Promise<T>,
  { answerWithinMs: timeout = ANSWER_WITHIN_MS }: TransactOptions = {},
): Promise<T> {
  const session = sendInOrder(connection, timeout)
  session.hold('START TRANSACTION')
  let result: T
  try {
    result = await story(transactionOn(connection, session))
  } catch (error) {
    await rollBack(connection, { error, timeout })
    throw error
  }
  try {
    await session.send('COMMIT')
  } catch (error) {
    if (troubleOf(error) === 'connection_lost') throw outcomeUnknown(error)
    await rollBack(connection, { error, timeout })
    throw error
  }
  return result
}

/**
 * After `error`, which is the one to tell. A session that is gone rolls back by itself; one whose server doesn't confirm
 * it is destroyed, for its next user would go on in the old transaction.
 */
async function rollBack(
  connection: Connection,
  { error, timeout }: { error: unknown; timeout: number },
): Promise<void> {
  if (troubleOf(error) === 'connection_lost') return
  await connection.query({ sql: 'ROLLBACK', timeout }).catch(() => connection.destroy())
}

/**
 * Runs `story` in one transaction on a connection of the pool; a deadlock or lock timeout runs it again, up to 10 times
 * within 10 s with a growing, jittered pause. The story must therefore change nothing but the database.
 */
export async function inTransaction<T>(pool: Pool, story: (trx: Transaction) => Promise<T>): Promise<T> {
  const began = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    const connection = await pool.getConnection()
    try {
      return await useThenRelease(connection, () => transact(connection, story, pool))
    } catch (error) {
      const isOver = attempt === ATTEMPTS || performance.now() - began > ATTEMPT_WITHIN_MS
      if (troubleOf(error) !== 'contention' || isOver) throw error
      await pause(Math.random() * 2 ** attempt)
    }
  }
}

/** {@link snapshotOn} with a connection of the pool. */
export async function inSnapshot<T>(pool: Pool, story: (trx: Transaction) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection()
  return useThenRelease(connection, () => snapshotOn(connection, story, pool))
}

/** Rows read at one moment, outside any transaction that writes: several statements see the same snapshot. */
export async function snapshotOn<T>(
  connection: Connection,
  story: (trx: Transaction) => Promise<T>,
  { answerWithinMs: timeout = ANSWER_WITHIN_MS }: TransactOptions = {},
): Promise<T> {
  try {
    await connection.query({ sql: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', timeout })
    await connection.query({ sql: 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', timeout })
    const result = await story(transactionOn(connection, sendInOrder(connection, timeout)))
    await connection.query({ sql: 'COMMIT', timeout })
    return result
  } catch (error) {
    await rollBack(connection, { error, timeout })
    throw error
  }
}

/** Reads outside any transaction: each statement sees a moment of its own. */
export function readerOn(connection: Connection | Pool): Reader {
  const timeout = 'answerWithinMs' in connection ? connection.answerWithinMs : ANSWER_WITHIN_MS
  return {
    async rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
      const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout }, values)
      return rows as Row[]
    },
  }
}

function transactionOn(connection: Connection, { send, hold }: OrderedSession): Transaction {
  const statements = {
    async rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
      return (await send(connection.format(sql, values))) as Row[]
    },
    async run(sql: string, values: unknown[] = []) {
      const { affectedRows } = (await send(connection.format(sql, values))) as ResultSetHeader
      return { affectedRows }
    },
    later(sql: string, values: unknown[] = []) {
      hold(connection.format(sql, values))
    },
    async load(sql: string, text: string) {
      const infileStreamFactory = () => Readable.from([Buffer.from(text)])
      const { affectedRows, warningStatus } = (await send(sql, infileStreamFactory)) as ResultSetHeader
      return { affectedRows, warnings: warningStatus }
    },
  }
  return statements as Transaction
}
