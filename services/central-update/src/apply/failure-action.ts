import { Fault } from '@shelfwire/contracts'
import { classifyError, mysqlCode, ROWS_REFUSED } from '@shelfwire/mysql'

/** What to do about an error that a transaction ended with. */
export type FailureAction =
  /** A value that its column refuses: halve the batch until the record is alone, and park that one. */
  | 'park'
  /** Fewer rows may succeed: halve the batch. A single record that still fails waits, as with `page`. */
  | 'halve'
  /** The database is away or busy: run the same records again. */
  | 'retry'
  /** Anything else, such as a missing column or a mistake in the code: run them again, and raise an alarm. */
  | 'page'

/**
 * The only errors that a record's own values can cause. The list is short on purpose: an error that isn't a record's
 * fault (a column that a migration has yet to add, a missing right) would otherwise park every good record.
 */
const DATA_ERRORS = new Set([
  1264, // ER_WARN_DATA_OUT_OF_RANGE
  1265, // WARN_DATA_TRUNCATED
  1292, // ER_TRUNCATED_WRONG_VALUE: no legal date
  1366, // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: no legal number or character
  1406, // ER_DATA_TOO_LONG
  1690, // ER_DATA_OUT_OF_RANGE: a sum outgrows its type
  3819, // ER_CHECK_CONSTRAINT_VIOLATED
])
/** MariaDB's number for a violated CHECK; MySQL uses the same number for another error, of SQL state HY000. */
const MARIADB_CHECK_VIOLATED = { errno: 4025, sqlState: '23000' }

const TOO_MUCH_AT_ONCE = new Set([ROWS_REFUSED, 'ER_NET_PACKET_TOO_LARGE'])

/** Sorts an error of the apply transaction by its action; reads numbers and codes, never message text. */
export function failureActionOf(error: unknown): FailureAction {
  if (isDataError(error)) return 'park'
  if (TOO_MUCH_AT_ONCE.has(mysqlCode(error))) return 'halve'
  if (error instanceof Fault) return error.canRetry ? 'retry' : 'page'
  return classifyError(error) === 'statement' ? 'page' : 'retry'
}

function isDataError(error: unknown): boolean {
  if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) return false
  if (DATA_ERRORS.has(error.errno)) return true
  const { errno, sqlState } = MARIADB_CHECK_VIOLATED
  return error.errno === errno && 'sqlState' in error && error.sqlState === sqlState
}
