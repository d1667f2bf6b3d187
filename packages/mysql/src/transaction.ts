import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { classifyError, outcomeUnknown } from './errors.ts'
import { type Pool, useThenRelease } from './pool.ts'
import { combine, type Query, type ResultsOf, select } from './query.ts'
import { type OrderedSession, sendInOrder } from './send-in-order.ts'
import { ANSWER_WITHIN_MS } from './session.ts'

declare const open: unique symbol

/** What reads: a transaction, or a session for a single statement, which sees one moment by itself. */
export interface Reader {
  /** Rows of a SELECT; the caller names their shape. */
  rows<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/**
 * An open transaction. Statements take it first, so that the compiler refuses a bare pool. It runs one call at a time; a
 * call made while another is under way throws.
 */
export interface Transaction extends Reader {
  readonly [open]: true
  /** Runs one query. */
  ask<T>(query: Query<T>): Promise<T>
  /**
   * Runs these queries in this order: on a lane's session in one message to the server, elsewhere one statement after
   * the other. Returns their answers by place. When a statement fails none behind it is run, and the call rejects with
   * its error.
   */
  together<const Queries extends readonly Query<unknown>[]>(queries: Queries): Promise<ResultsOf<Queries>>
  /** Runs a statement that writes; says how many rows it changed. */
  run(sql: string, values?: unknown[]): Promise<{ affectedRows: number }>
  /**
   * Hands over a statement that nothing more is decided by. It goes ahead of the next call's statements in their
   * message, at the latest ahead of COMMIT; when it fails, that call (or `transact`, for COMMIT) rejects with its error.
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
   * How long the server may be silent about one statement; 10 s by default. After that the session counts as lost, and
   * the caller must destroy it: the server may still be at it.
   */
  answerWithinMs?: number
}

/**
 * Runs `work` in one transaction on `connection`. Any error rolls it back and is thrown; an answer to COMMIT that
 * is lost becomes the Fault `outcome_unknown`.
 */
export async function transact<T>(
  connection: Connection,
  work: (trx: Transaction) => Promise<T>,
  { answerWithinMs: timeout = ANSWER_WITHIN_MS }: TransactOptions = {},
): Promise<T> {
  const session = sendInOrder(connection, timeout)
  session.defer('START TRANSACTION')
  let result: T
  try {
    result = await work(transactionOn(connection, session))
  } catch (error) {
    await rollBack(connection, session, { error, timeout })
    throw error
  }
  try {
    await session.send([{ sql: 'COMMIT' }])
    session.end()
  } catch (error) {
    if (classifyError(error) === 'connection_lost') throw outcomeUnknown(error)
    await rollBack(connection, session, { error, timeout })
    throw error
  }
  return result
}

/**
 * Rolls back after `error`, which stays the one that is thrown. A statement of a call under way must not run behind
 * ROLLBACK, where it would be committed by itself. A lost session rolls back by itself; a session whose server doesn't
 * confirm the ROLLBACK is destroyed, because its next user would continue the old transaction.
 */
async function rollBack(
  connection: Connection,
  session: OrderedSession,
  { error, timeout }: { error: unknown; timeout: number },
): Promise<void> {
  session.end()
  if (classifyError(error) === 'connection_lost') return
  await connection.query({ sql: 'ROLLBACK', timeout }).catch(() => connection.destroy())
}

/**
 * Runs `work` in one transaction on a connection of the pool; a deadlock or lock timeout runs it again, up to 10 times
 * within 10 s with a growing, jittered pause. `work` must therefore change nothing but the database.
 */
export async function inTransaction<T>(pool: Pool, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const began = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    const connection = await pool.getConnection()
    try {
      return await useThenRelease(connection, () => transact(connection, work, pool))
    } catch (error) {
      const isOver = attempt === ATTEMPTS || performance.now() - began > ATTEMPT_WITHIN_MS
      if (classifyError(error) !== 'contention' || isOver) throw error
      await pause(Math.random() * 2 ** attempt)
    }
  }
}

/** {@link snapshotOn} with a connection of the pool. */
export async function inSnapshot<T>(pool: Pool, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection()
  return useThenRelease(connection, () => snapshotOn(connection, work, pool))
}

/** Rows read at one moment, outside any transaction that writes: several statements see the same snapshot. */
export async function snapshotOn<T>(
  connection: Connection,
  work: (trx: Transaction) => Promise<T>,
  { answerWithinMs: timeout = ANSWER_WITHIN_MS }: TransactOptions = {},
): Promise<T> {
  const session = sendInOrder(connection, timeout)
  try {
    await session.send([
      { sql: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' },
      { sql: 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY' },
    ])
    const result = await work(transactionOn(connection, session))
    await session.send([{ sql: 'COMMIT' }])
    session.end()
    return result
  } catch (error) {
    await rollBack(connection, session, { error, timeout })
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

function transactionOn(connection: Connection, { send, defer }: OrderedSession): Transaction {
  async function sendOne(sql: string, file?: () => Readable): Promise<unknown> {
    const [result] = await send([{ sql, file }])
    return result
  }
  async function ask<T>({ statements, read }: Query<T>): Promise<T> {
    if (statements.length === 0) return read([])
    return read(await send(statements.map(({ sql, values }) => ({ sql: connection.format(sql, values) }))))
  }
  const statements = {
    ask,
    together: (queries: readonly Query<unknown>[]) => ask(combine(queries, (answers) => answers)),
    rows: <Row>(sql: string, values: unknown[] = []) => ask(select<Row>(sql, values)),
    async run(sql: string, values: unknown[] = []) {
      const { affectedRows } = (await sendOne(connection.format(sql, values))) as ResultSetHeader
      return { affectedRows }
    },
    later(sql: string, values: unknown[] = []) {
      defer(connection.format(sql, values))
    },
    async load(sql: string, text: string) {
      const { affectedRows, warningStatus } = (await sendOne(sql, () =>
        Readable.from([Buffer.from(text)]),
      )) as ResultSetHeader
      return { affectedRows, warnings: warningStatus }
    },
  }
  return statements as Transaction
}
