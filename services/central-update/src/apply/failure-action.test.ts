import { Fault } from '@shelfwire/contracts'
import { ROWS_REFUSED } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { type FailureAction, failureActionOf } from './failure-action.ts'

const ofServer = (errno: number, code: string, sqlState = 'HY000') =>
  Object.assign(new Error(code), { errno, code, sqlState })
const canRetry = { canRetry: true }

const cases: [string, unknown, FailureAction][] = [
  ['text that is too long', ofServer(1406, 'ER_DATA_TOO_LONG', '22001'), 'park'],
  ['a number out of range', ofServer(1264, 'ER_WARN_DATA_OUT_OF_RANGE', '22003'), 'park'],
  ['no legal date', ofServer(1292, 'ER_TRUNCATED_WRONG_VALUE', '22007'), 'park'],
  ['no legal character', ofServer(1366, 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD'), 'park'],
  ['a violated CHECK', ofServer(3819, 'ER_CHECK_CONSTRAINT_VIOLATED'), 'park'],
  ['a violated CHECK on MariaDB', ofServer(4025, 'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE', '23000'), 'park'],
  ["the same number in MySQL's meaning", ofServer(4025, 'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE'), 'page'],
  [
    'many rows of which some were refused',
    new Fault(ROWS_REFUSED, '9 of 10 rows', { canRetry: false }),
    'halve',
  ],
  ['a message too long for the server', ofServer(1153, 'ER_NET_PACKET_TOO_LARGE', '08S01'), 'halve'],
  ['a missing column', ofServer(1054, 'ER_BAD_FIELD_ERROR', '42S22'), 'page'],
  ['a missing table', ofServer(1146, 'ER_NO_SUCH_TABLE', '42S02'), 'page'],
  ['a column that a newer schema demands', ofServer(1364, 'ER_NO_DEFAULT_FOR_FIELD'), 'page'],
  ['a null that an older schema refuses', ofServer(1048, 'ER_BAD_NULL_ERROR', '23000'), 'page'],
  ['a right that is missing', ofServer(1142, 'ER_TABLEACCESS_DENIED_ERROR', '42000'), 'page'],
  ['a number that the ledger has already', ofServer(1062, 'ER_DUP_ENTRY', '23000'), 'page'],
  ['a mistake in the code', new TypeError("can't read a property of undefined"), 'page'],
  ['what is no error at all', 'oops', 'page'],
  ['a deadlock', ofServer(1213, 'ER_LOCK_DEADLOCK', '40001'), 'retry'],
  ['a connection that is lost', Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'retry'],
  ['an answer to COMMIT that is lost', new Fault('outcome_unknown', 'lost', canRetry), 'retry'],
]

test.each(cases)('%s', (_what, error, action) => {
  expect(failureActionOf(error)).toBe(action)
})
