import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const FILL = join(import.meta.dirname, '../testing/fill-cache.ts')

test('as many rows as may be cached fit the heap, with the longest names and with what was forgotten', async () => {
  const heapMb = 200
  const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${heapMb}`, FILL])
  const { maxRows, rows } = JSON.parse(stdout) as { maxRows: number; rows: number }
  // By what V8 was given, not by what the machine has.
  expect(maxRows).toBeGreaterThan(10_000)
  expect(maxRows).toBeLessThan(60_000)
  expect(rows).toBeLessThanOrEqual(maxRows)
  expect(rows).toBeGreaterThan(maxRows - 21)
}, 30_000)
