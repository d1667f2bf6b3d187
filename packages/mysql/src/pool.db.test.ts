import { freshDatabase, openProxy } from '@shelfwire/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createPool, type DatabaseAddress, inSnapshot, inTransaction, type Pool, readerOn } from './index.ts'

let root: DatabaseAddress
let direct: Pool
const pools: Pool[] = []

beforeAll(async () => {
  root = (await freshDatabase('central')).root
  direct = createPool(root, { connections: 2 })
  await direct.query('CREATE TABLE counters (id INT NOT NULL PRIMARY KEY, units INT NOT NULL)')
  await direct.query('INSERT INTO counters VALUES (1, 0)')
})
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()))
})
afterAll(async () => {
  await direct.query('DROP TABLE counters')
  await direct.end()
})

function poolOf(options: { connections?: number; answerWithinMs?: number; port?: number } = {}): Pool {
  const { connections = 2, port = root.port, ...more } = options
  const pool = createPool({ ...root, port }, { connections, ...more })
  pools.push(pool)
  return pool
}

async function sessionIdOf(pool: Pool): Promise<number | undefined> {
  const [row] = await readerOn(pool).rows<{ id: number }>('SELECT CONNECTION_ID() AS id')
  return row?.id
}

describe('a session of a pool', () => {
  test('begins with our own modes and with limits on how long it keeps others waiting', async () => {
    const variables = ['wait_timeout', 'net_read_timeout', 'net_write_timeout', 'lock_wait_timeout']
    const wanted = [...variables, 'innodb_lock_wait_timeout', 'sql_mode', 'transaction_isolation']
    const columns = wanted.map((name) => `@@SESSION.${name} AS ${name}`).join(', ')
    const [row] = await readerOn(poolOf()).rows<Record<string, unknown>>(`SELECT ${columns}`)
    expect(row).toMatchObject({
      ...{ wait_timeout: 10, net_read_timeout: 5, net_write_timeout: 10 },
      ...{ lock_wait_timeout: 5, innodb_lock_wait_timeout: 5 },
      ...{
        sql_mode: expect.stringContaining('STRICT_TRANS_TABLES'),
        transaction_isolation: 'READ-COMMITTED',
      },
    })
  })

  test('that the server ended while it was free is replaced without anybody noticing', async () => {
    const pool = poolOf({ connections: 3 })
    const ids = () => Promise.all([sessionIdOf(pool), sessionIdOf(pool), sessionIdOf(pool)])
    const ended = await ids()
    for (const id of new Set(ended)) await direct.query('KILL ?', [id])
    const alive = async () => (await ids()).filter((id) => !ended.includes(id))
    await expect.poll(alive).toHaveLength(3)
  })

  test('that has been free for longer than half of what the server allows is not used again', async () => {
    const pool = poolOf()
    const first = await sessionIdOf(pool)
    expect(await sessionIdOf(pool)).toBe(first)
    const now = performance.now
    performance.now = () => now.call(performance) + 6_000
    try {
      expect(await sessionIdOf(pool)).not.toBe(first)
    } finally {
      performance.now = now
    }
  })
})

describe('a database that goes silent', () => {
  test.each<[string, (pool: Pool) => Promise<unknown>]>([
    ['a statement', (pool) => pool.query('SELECT * FROM counters')],
    ['a reader', (pool) => readerOn(pool).rows('SELECT * FROM counters')],
    ['a snapshot', (pool) => inSnapshot(pool, (trx) => trx.rows('SELECT * FROM counters'))],
    [
      'a transaction',
      (pool) => inTransaction(pool, (trx) => trx.run('UPDATE counters SET units = units + 1')),
    ],
  ])('%s is given up in time, and the pool serves as before when it is back', async (_, use) => {
    const proxy = await openProxy(root)
    const pool = poolOf({ port: proxy.port, answerWithinMs: 300 })
    await use(pool)
    proxy.fallSilent()
    const began = performance.now()
    // More than there are connections: each that is given up makes room.
    const outcomes = await Promise.allSettled([use(pool), use(pool), use(pool)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(performance.now() - began).toBeLessThan(7_000)
    proxy.comeBack()
    await expect(use(pool)).resolves.toBeDefined()
  })

  test('a transaction that fails while the server is silent does not wait for its ROLLBACK', async () => {
    const proxy = await openProxy(root)
    const pool = poolOf({ port: proxy.port, answerWithinMs: 300 })
    const failing = inTransaction(pool, async (trx) => {
      await trx.run('UPDATE counters SET units = units + 1')
      proxy.fallSilent()
      throw new Error('failed')
    })
    await expect(failing).rejects.toThrow('failed')
    proxy.comeBack()
    // The transaction that was left is rolled back, and its lock is free.
    await expect
      .poll(() => inTransaction(pool, (trx) => trx.rows('SELECT units FROM counters FOR UPDATE')))
      .toEqual(await direct.query('SELECT units FROM counters').then(([rows]) => rows))
  })

  test('a caller that finds every connection in use gets an error within the limit', async () => {
    const pool = poolOf({ connections: 1 })
    const held = await pool.getConnection()
    const asked = pool.query({ sql: 'SELECT 1', timeout: 200 })
    await expect(asked).rejects.toMatchObject({ code: 'no_free_connection', canRetry: true })
    held.release()
    await expect(pool.query('SELECT 1')).resolves.toBeDefined()
  })

  test('a pool that is closed lets go of it', async () => {
    const proxy = await openProxy(root)
    const pool = createPool({ ...root, port: proxy.port }, { connections: 1 })
    await pool.query('SELECT 1')
    proxy.fallSilent()
    pool.query('SELECT 1').catch(() => {})
    await pool.end()
  })
})
