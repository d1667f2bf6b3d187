import { Fault } from '@shelfwire/contracts'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { logOptions } from './run-service.ts'

/** What a service writes for `error`. */
function logged(error: unknown): { line: string; err: Record<string, unknown> } {
  const lines: string[] = []
  const log = pino(logOptions('a-service', 'info'), { write: (text) => void lines.push(text) })
  log.error({ err: error }, 'failed')
  const line = lines.join('')
  return { line, err: JSON.parse(line).err }
}

/** As mysql2 makes them. */
function driverError(sql: string): Error {
  const error = new Error(`Duplicate entry 'x' for key 'y'`)
  return Object.assign(error, {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sqlState: '23000',
    sqlMessage: error.message,
    sql,
  })
}

test('the SQL of a driver error is cut, also inside other errors', () => {
  const error = driverError(`INSERT INTO journal VALUES ${"('SKU-1', 'secret'), ".repeat(200_000)}`)
  for (const thrown of [
    error,
    new Fault('database_unavailable', 'no answer', { canRetry: true, cause: error }),
  ]) {
    const { line } = logged(thrown)
    expect(line.length).toBeLessThan(12_000)
    expect(line).toContain('INSERT INTO journal VALUES')
    expect(line).toContain('ER_DUP_ENTRY')
  }
})

test('a long message and stack are cut in the log', () => {
  expect(logged(new Error('x'.repeat(5_000_000))).line.length).toBeLessThan(12_000)
})

test('an error is logged with its type, code and cause', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'INNER' })
  const { err } = logged(new Fault('outer', 'it failed', { canRetry: true, cause }))
  expect(err).toMatchObject({
    ...{ type: 'Fault', code: 'outer', message: 'it failed', stack: expect.stringContaining('it failed') },
    cause: { type: 'TypeError', code: 'INNER', message: 'inner' },
  })
})

test('a circular chain of causes is logged to a limit', () => {
  const one = new Error('one')
  one.cause = new Error('two', { cause: one })
  expect(logged(one).line.length).toBeLessThan(30_000)
})

test('a thrown value that is not an error is logged as text', () => {
  expect(logged('a text').err).toEqual({ type: 'string', message: 'a text' })
})
