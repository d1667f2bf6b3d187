import { expect, test } from 'vitest'
import { classifyError, mysqlCode } from './index.ts'

const driverError = (code: string | undefined, errno?: number) =>
  Object.assign(new Error('as the server says'), { code, errno })

test.each([
  ['contention', 'ER_LOCK_DEADLOCK'],
  ['contention', 'ER_TABLE_DEF_CHANGED'],
  ['connection_lost', 'PROTOCOL_CONNECTION_LOST'],
  ['connection_lost', 'ER_CLIENT_INTERACTION_TIMEOUT'],
  ['connection_lost', 'ER_NET_READ_INTERRUPTED'],
  ['unavailable', 'ER_GET_ERRNO'],
  ['unavailable', 'ER_ERROR_DURING_COMMIT'],
  ['unavailable', 'ER_LOCK_TABLE_FULL'],
  ['unavailable', 'ER_OPTION_PREVENTS_STATEMENT'],
  ['unavailable', 'ER_READ_ONLY_MODE'],
  ['unavailable', 'ER_INNODB_READ_ONLY'],
  ['unavailable', 'ER_OUT_OF_RESOURCES'],
  // What the statement itself is to blame for, or the data in it.
  ['statement', 'ER_DUP_ENTRY'],
  ['statement', 'ER_DATA_TOO_LONG'],
  ['statement', 'ER_BAD_FIELD_ERROR'],
  // Too much in one transaction: half of it may pass.
  ['statement', 'ER_TRANS_CACHE_FULL'],
])('%s: %s', (trouble, code) => {
  expect(classifyError(driverError(code))).toBe(trouble)
})

test("a session killed by MariaDB is lost, although the driver has no code for MariaDB's number", () => {
  expect(mysqlCode(driverError(undefined, 1927))).toBe('ER_CONNECTION_KILLED')
  expect(classifyError(driverError(undefined, 1927))).toBe('connection_lost')
})
