import { Fault } from '@shelfwire/contracts'

/** What to do about a driver's error. */
export type MysqlTrouble =
  /** The transaction was rolled back or waited too long for a lock: run it again. */
  | 'contention'
  /** The session is gone: connect again. During COMMIT, the outcome is unknown. */
  | 'connection_lost'
  /** The server refuses for now: starting up, shutting down, out of connections or space. */
  | 'unavailable'
  /** The statement itself can't succeed. */
  | 'statement'

const CONTENTION = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'])
const CONNECTION_LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'ER_QUERY_INTERRUPTED',
  'ER_CONNECTION_KILLED',
])
const UNAVAILABLE = new Set([
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_DISK_FULL',
  'ER_DISK_FULL_NOWAIT',
  'ER_RECORD_FILE_FULL',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_ERROR_ON_WRITE',
  'ER_BINLOG_LOGGING_IMPOSSIBLE',
])

/** The driver's error code, such as `ER_DUP_ENTRY`; an empty text when there is none. */
export function mysqlCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Sorts a driver's error by what its receiver must do. */
export function troubleOf(error: unknown): MysqlTrouble {
  const code = mysqlCode(error)
  if (CONTENTION.has(code)) return 'contention'
  if (CONNECTION_LOST.has(code)) return 'connection_lost'
  if (UNAVAILABLE.has(code)) return 'unavailable'
  // mysql2 says these two without a code of their own.
  if (error instanceof Error && /closed state|Pool is closed/.test(error.message)) return 'connection_lost'
  return 'statement'
}

/** A database's trouble as the Fault that can be tried again; any other error as it is. For reads: nothing was written. */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Fault || troubleOf(error) === 'statement') return error
  const message = 'the database does not answer'
  return new Fault('database_unavailable', message, { canRetry: true, cause: error })
}

/** COMMIT was sent and its answer lost: the work may or may not be there. */
export function outcomeUnknown(cause: unknown): Fault {
  return new Fault('outcome_unknown', 'the database went away while it was committing', {
    canRetry: true,
    cause,
  })
}
