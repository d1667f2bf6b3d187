import { Fault } from '@shelfwire/contracts'

/** What to do about a driver's error. */
export type MysqlErrorClass =
  /** The transaction was rolled back or waited too long for a lock: run it again. */
  | 'contention'
  /** The session is gone: connect again. During COMMIT, the outcome is unknown. */
  | 'connection_lost'
  /** The server refuses for now: starting up, shutting down, out of connections or space. */
  | 'unavailable'
  /** The statement itself can't succeed. */
  | 'statement'

const CONTENTION = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  // A migration has changed the table since the transaction began.
  'ER_TABLE_DEF_CHANGED',
])
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
  'PROTOCOL_UNEXPECTED_PACKET',
  'ER_ABORTING_CONNECTION',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_FORCING_CLOSE',
  'ER_NET_READ_ERROR',
  'ER_NET_READ_INTERRUPTED',
  'ER_NET_ERROR_ON_WRITE',
  'ER_NET_WRITE_INTERRUPTED',
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
  // The storage engine's own trouble, by its number: a full disk (28), a file that can't be read (5), no memory (12).
  'ER_GET_ERRNO',
  'ER_ERROR_DURING_COMMIT',
  'ER_ERROR_DURING_ROLLBACK',
  'ER_ERROR_ON_READ',
  'ER_CANT_OPEN_FILE',
  'ER_LOCK_TABLE_FULL',
  'ER_TOO_MANY_CONCURRENT_TRXS',
  'ER_OUTOFMEMORY',
  'ER_OUT_OF_SORTMEMORY',
  'ER_OUT_OF_RESOURCES',
  'ER_CANT_CREATE_THREAD',
  // Read-only, offline or about to be: an operator's doing, or a failover's.
  'ER_READ_ONLY_MODE',
  'ER_INNODB_READ_ONLY',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_CANT_UPDATE_WITH_READLOCK',
  'ER_SERVER_OFFLINE_MODE',
  'ER_SERVER_ISNT_AVAILABLE',
])

/** The driver's error code, such as `ER_DUP_ENTRY`; an empty text when there is none. */
export function mysqlCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  if (typeof code === 'string') return code
  return typeof errno === 'number' ? (MARIADB_CODES.get(errno) ?? '') : ''
}

/** MariaDB's own numbers, which the driver has no code for. */
const MARIADB_CODES = new Map([[1927, 'ER_CONNECTION_KILLED']])

/** Sorts a driver's error by what its receiver must do. */
export function classifyError(error: unknown): MysqlErrorClass {
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
  return error instanceof Fault || classifyError(error) === 'statement' ? error : databaseUnavailable(error)
}

/** The one Fault of a database that isn't there, that refuses for now or that doesn't answer in time. */
export function databaseUnavailable(cause?: unknown, message = 'the database does not answer'): Fault {
  return new Fault('database_unavailable', message, { canRetry: true, cause })
}

/** COMMIT was sent and its answer lost: the work may or may not be there. */
export function outcomeUnknown(cause: unknown): Fault {
  return new Fault('outcome_unknown', 'the database went away while it was committing', {
    canRetry: true,
    cause,
  })
}
