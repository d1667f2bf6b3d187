import { Fault } from '@shelfwire/contracts'
import type {
  Connection,
  PoolConnection as DriverConnection,
  FieldPacket,
  QueryOptions,
  QueryResult,
} from 'mysql2/promise'
import { createConnection as connect, createPool as create } from 'mysql2/promise'
import type { DatabaseAddress } from './config.ts'
import { classifyError } from './errors.ts'
import { ANSWER_WITHIN_MS, DRIVER, SESSION } from './session.ts'
import { within } from './within.ts'

/** How long a caller waits for a free connection. */
const FREE_WITHIN_MS = 5_000
/** Half of what the server allows a silent session: one that was free for longer may be ended at any moment. */
const FREE_LIFE_MS = 5_000
/** How long closing a pool waits for the server. */
const END_WITHIN_MS = 2_000

/** A connection of a pool: released when its state is known, destroyed otherwise. */
export type PoolConnection = DriverConnection

/**
 * Sessions that are READ COMMITTED, in UTC, in our own sql_mode, with a limit of a few seconds on every wait. No
 * call waits for ever: not for a free connection, not for one to be opened, not for an answer.
 */
export interface Pool {
  /** How long the server may be silent about one statement, in ms. */
  readonly answerWithinMs: number
  /**
   * Runs one statement. `timeout` is how long it may take in all, the wait for a connection included. Throws the Fault
   * `no_free_connection`, or what the driver throws.
   */
  query<Result extends QueryResult>(
    sql: string | QueryOptions,
    values?: unknown[],
  ): Promise<[Result, FieldPacket[]]>
  /** A connection for several statements. Throws the Fault `no_free_connection`, or what the driver throws. */
  getConnection(): Promise<PoolConnection>
  end(): Promise<void>
}

export interface PoolOptions {
  connections: number
  /** How long the server may be silent about one statement; longer for tools that read whole tables. */
  answerWithinMs?: number
}

export function createPool(address: DatabaseAddress, options: PoolOptions): Pool {
  const { connections, answerWithinMs = ANSWER_WITHIN_MS } = options
  const pool = create({
    ...DRIVER,
    ...address,
    connectionLimit: connections,
    // Below the limit, for only then does the driver close what has been free for long; in order, so that MariaDB
    // doesn't log each as an aborted connection.
    maxIdle: Math.max(1, connections - 1),
    idleTimeout: FREE_LIFE_MS,
    gracefulEnd: true,
  })
  const begun = new WeakSet<object>()
  const freeSince = new WeakMap<object, number>()
  pool.pool.on('connection', (connection) => {
    // The driver hears only the first error of a connection; a second one would end the process.
    connection.on('error', () => {})
  })
  pool.pool.on('release', (connection) => void freeSince.set(connection, performance.now()))

  async function acquire(withinMs: number): Promise<PoolConnection> {
    const coming = pool.getConnection()
    const late = () =>
      new Fault('no_free_connection', `none of ${connections} connections to the database was free in time`, {
        canRetry: true,
      })
    return within(coming, withinMs, late).catch((error) => {
      coming.then(
        (connection) => connection.release(),
        () => {},
      )
      throw error
    })
  }

  /** A session that the server may just be ending is left: its end must not be taken for an answer. */
  async function getConnection(withinMs = FREE_WITHIN_MS): Promise<PoolConnection> {
    for (;;) {
      const connection = await acquire(withinMs)
      const { connection: session } = connection
      if (!begun.has(session)) {
        await useOrDestroy(connection, () => connection.query({ sql: SESSION, timeout: answerWithinMs }))
        begun.add(session)
        return connection
      }
      // Unknown when it went from one caller to the next and was never free.
      const since = freeSince.get(session) ?? Number.POSITIVE_INFINITY
      freeSince.delete(session)
      if (performance.now() - since < FREE_LIFE_MS) return connection
      connection.destroy()
    }
  }

  return {
    answerWithinMs,
    getConnection: () => getConnection(),
    async query<Result extends QueryResult>(sql: string | QueryOptions, values?: unknown[]) {
      const began = performance.now()
      const asked = typeof sql === 'string' ? { sql } : sql
      const limitMs = asked.timeout ?? answerWithinMs
      const connection = await getConnection(Math.min(limitMs, FREE_WITHIN_MS))
      const timeout = Math.max(1, Math.ceil(limitMs - (performance.now() - began)))
      return useThenRelease(connection, () => connection.query<Result>({ ...asked, timeout }, values))
    },
    async end() {
      // A session that its server has dropped, or that it doesn't answer on, can't be ended in order, and needn't.
      await within(pool.end(), END_WITHIN_MS, () => new Error('no answer')).catch(() => {})
    },
  }
}

/** Releases the connection after `use`, or destroys it when its session is lost or its server refuses. */
export async function useThenRelease<T>(connection: PoolConnection, use: () => Promise<T>): Promise<T> {
  try {
    return await useOrDestroy(connection, use)
  } finally {
    connection.release()
  }
}

/** After a deadlock or a refused statement a session is as good as before; after anything else its state is unknown. */
async function useOrDestroy<T>(connection: Connection, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    const errorClass = error instanceof Fault ? 'connection_lost' : classifyError(error)
    if (errorClass === 'connection_lost' || errorClass === 'unavailable') connection.destroy()
    throw error
  }
}

/**
 * One session for a lane, which writes alone. It takes several statements in one message, see {@link Transaction}.
 * Throws when the server is silent for `answerWithinMs`.
 */
export async function connectLane(
  address: DatabaseAddress,
  { answerWithinMs: timeout = ANSWER_WITHIN_MS }: { answerWithinMs?: number | undefined } = {},
): Promise<Connection> {
  const connection = await connect({ ...DRIVER, ...address, multipleStatements: true })
  await useOrDestroy(connection, () => connection.query({ sql: SESSION, timeout }))
  return connection
}
