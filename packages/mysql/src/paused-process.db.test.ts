import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool, type DatabaseAddress, inTransaction, type Pool } from './index.ts'

const HOLDER = join(import.meta.dirname, 'testing/hold-a-lock.ts')
/** The limit is 10 s; the server checks once a second, and a busy machine is slow. */
const FREE_WITHIN_MS = 14_000

let root: DatabaseAddress
let pool: Pool
beforeAll(async () => {
  root = (await freshDatabase('central')).root
  pool = createPool(root, { connections: 8 })
  await pool.query('CREATE TABLE counters (id INT NOT NULL PRIMARY KEY, units INT NOT NULL)')
  await pool.query('INSERT INTO counters VALUES (1, 0), (2, 0), (3, 0), (4, 0)')
})
afterAll(async () => {
  await pool.query('DROP TABLE counters')
  await pool.end()
})

test.concurrent.each([
  [1, 'on a session of a pool'],
  [2, 'on a session of a lane'],
  [3, 'inside LOAD DATA LOCAL'],
  [4, 'before it has read a large result'],
])('row %i: a process that is paused (SIGSTOP) %s blocks others for at most some 10 s', async (row, way) => {
  const holder = spawn(process.execPath, [HOLDER, JSON.stringify(root), String(row), way], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(holder.stdout, 'data')
    holder.kill('SIGSTOP')
    const pausedAt = performance.now()
    const take = () =>
      inTransaction(pool, (trx) => trx.run('UPDATE counters SET units = units + 10 WHERE id = ?', [row]))
    await expect.poll(() => take().then(() => 'taken'), { timeout: 60_000 }).toBe('taken')
    expect(performance.now() - pausedAt).toBeLessThan(FREE_WITHIN_MS)
    // The transaction of the paused process is rolled back.
    const [rows] = await pool.query<never>('SELECT units FROM counters WHERE id = ?', [row])
    expect(rows).toEqual([{ units: 10 }])
  } finally {
    holder.kill('SIGKILL')
  }
})
