/** Seconds after which the server ends a session whose process sends nothing or reads nothing. */
const SILENT_S = 10
/** The same for the rows of a LOAD DATA LOCAL, for which the server waits twice: for the next, then for the file's end. */
const SILENT_ROWS_S = SILENT_S / 2
/** Seconds a statement waits for a row's lock or a table's before it fails and is tried again. */
const LOCK_WAIT_S = 5

/**
 * What our statements mean, whatever the server's own settings are. The driver escapes a quote by a backslash: in a
 * session with NO_BACKSLASH_ESCAPES a text could end its literal and go on as SQL, and ANSI_QUOTES turns texts in double
 * quotes into names. Single quotes here, for this statement itself is read in the server's mode.
 */
const MEANING =
  `sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,` +
  `NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', ` +
  `transaction_isolation = 'READ-COMMITTED', time_zone = '+00:00'`

/**
 * How long a session may block others. A process that is paused inside a transaction is silent: the server waits
 * for its next statement (wait_timeout), for the rows of its LOAD DATA LOCAL (net_read_timeout), or for it to read a
 * result (net_write_timeout). Whichever it is, the session ends after 10 s and its locks are free.
 */
const LIMITS =
  `wait_timeout = ${SILENT_S}, net_read_timeout = ${SILENT_ROWS_S}, net_write_timeout = ${SILENT_S}, ` +
  `innodb_lock_wait_timeout = ${LOCK_WAIT_S}, lock_wait_timeout = ${LOCK_WAIT_S}`

/** The first statement of every session that may take a lock others wait for. */
export const SESSION = `SET SESSION ${MEANING}, ${LIMITS}`

/** The first statement of a tool's session, which may be idle for longer than a service's. */
export const TOOL_SESSION = `SET SESSION ${MEANING}`

/**
 * The first statement of a migration's sessions. A statement may take as long as rebuilding a table takes. But while an
 * ALTER waits behind a long transaction all other statements wait behind the ALTER: so it gives up soon.
 */
export const MIGRATION_SESSION = `${TOOL_SESSION}, lock_wait_timeout = ${LOCK_WAIT_S}`

/** Default for how long the server may be silent about one statement. */
export const ANSWER_WITHIN_MS = 10_000

/** What every connection is opened with. */
export const DRIVER = {
  // Times stay text: DATETIME(6) has microseconds, a JavaScript Date has not.
  dateStrings: true,
  timezone: 'Z',
  supportBigNumbers: true,
  // MySQL's FOUND_ROWS flag is on by default in mysql2, which hides whether an UPDATE changed anything.
  flags: ['-FOUND_ROWS'],
  enableKeepAlive: true,
  // Until the session is authenticated.
  connectTimeout: 5_000,
}
