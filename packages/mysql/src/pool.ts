import type { Connection, Pool, PoolOptions } from 'mysql2/promise'
import { createConnection as connect, createPool as create } from 'mysql2/promise'
import type { DatabaseAddress } from './config.ts'

/** Seconds after which MySQL ends a session that says nothing, and with it a paused process's locks. */
const LANE_WAIT_TIMEOUT_S = 10
/** Seconds a statement waits for a row lock before it fails and is tried again. */
const LOCK_WAIT_TIMEOUT_S = 5

const SESSION =
  'SET SESSION transaction_isolation = "READ-COMMITTED", ' +
  `innodb_lock_wait_timeout = ${LOCK_WAIT_TIMEOUT_S}, time_zone = "+00:00"`

const DRIVER = {
  // Times stay text: DATETIME(6) has microseconds, a JavaScript Date has not.
  dateStrings: true,
  timezone: 'Z',
  supportBigNumbers: true,
  // MySQL's FOUND_ROWS flag is on by default in mysql2, which hides whether an UPDATE changed anything.
  flags: ['-FOUND_ROWS'],
  enableKeepAlive: true,
  connectTimeout: 5_000,
} satisfies PoolOptions

/** A pool whose sessions are READ COMMITTED, in UTC, and give up on a lock after 5 s. */
export function createPool(address: DatabaseAddress, options: { connections: number }): Pool {
  const pool = create({
    ...DRIVER,
    ...address,
    connectionLimit: options.connections,
    maxIdle: options.connections,
    idleTimeout: 60_000,
  })
  // Queued ahead of the first statement of whoever asked for the connection.
  pool.pool.on('connection', (connection) => {
    connection.query(SESSION, () => {})
  })
  return pool
}

/**
 * One session for a lane, which writes alone. The server ends it after 10 silent seconds, so that a process that
 * was paused inside a transaction frees its locks. It takes several statements in one message, see {@link Transaction}.
 * Throws when the server is silent for `answerWithinMs`, if given.
 */
export async function connectLane(
  address: DatabaseAddress,
  { answerWithinMs: timeout = 0 }: { answerWithinMs?: number } = {},
): Promise<Connection> {
  const connection = await connect({ ...DRIVER, ...address, multipleStatements: true })
  try {
    await connection.query({ sql: `${SESSION}, wait_timeout = ${LANE_WAIT_TIMEOUT_S}`, timeout })
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}
