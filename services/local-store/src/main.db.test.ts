import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createPool, type DatabaseAddress } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, expect, test } from 'vitest'
import { askerOf } from './testing/open-shop.ts'
import { brokenInvariants, onHandOf } from './testing/open-store.ts'

const { service, maintenance, root } = await freshDatabase('local-store')
const pool = createPool(service, { connections: 2 })
const running = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await pool.end()
})

/** Starts the service as it runs in a store; Kafka and the registry are not there. */
function startService(environment: Record<string, string> = {}, database: DatabaseAddress = service) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      STORE_ID: 'store-1',
      HTTP_PORT: '0',
      KAFKA_BROKERS: '127.0.0.1:1',
      REGISTRY_URL: 'http://127.0.0.1:1',
      MYSQL_PORT: String(database.port),
      MYSQL_USER: database.user,
      MYSQL_PASSWORD: database.password,
      MYSQL_MAINTENANCE_PASSWORD: maintenance.password,
      MYSQL_DATABASE: database.database,
      ...environment,
    },
  })
  running.add(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (bytes) => {
    output.out += bytes
  })
  child.stderr.on('data', (bytes) => {
    output.err += bytes
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child)
    return { code, signal, err: output.err }
  })
  const opened = async () => {
    await expect
      .poll(() => output, { timeout: 25_000 })
      .toMatchObject({ out: expect.stringContaining('the store is open') })
    const line = output.out.split('\n').find((line) => line.includes('the store is open')) ?? ''
    return askerOf(`http://127.0.0.1:${JSON.parse(line).port}`)
  }
  return { child, ended, opened }
}

test('I6: kill -9 in the middle of the rush loses no acknowledged sale and makes none twice', async () => {
  const keys = Array.from({ length: 200 }, (_, index) => `rush-${index}`)
  const sell = (ask: ReturnType<typeof askerOf>, key: string) =>
    ask('POST', '/v1/sales', { lines: [{ sku: 'SKU-1', quantity: 1 }] }, { 'idempotency-key': key })

  const first = startService()
  const ask = await first.opened()
  await ask('POST', '/v1/receipts', { lines: [{ sku: 'SKU-1', quantity: 1_000 }] })
  const acknowledged = new Map<string, unknown>()
  const waiting = [...keys]
  const till = async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const { body } = await sell(ask, key)
      acknowledged.set(key, body)
      if (acknowledged.size === 60) first.child.kill('SIGKILL')
    }
  }
  await Promise.allSettled(Array.from({ length: 8 }, till))
  expect(acknowledged.size).toBeLessThan(keys.length)
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' })

  const second = startService()
  const askAgain = await second.opened()
  const answers = await Promise.all(keys.map((key) => sell(askAgain, key)))
  expect(answers.every(({ status }) => status === 201)).toBe(true)
  for (const [index, key] of keys.entries()) {
    if (acknowledged.has(key)) expect(answers[index]?.body).toEqual(acknowledged.get(key))
  }
  expect(await onHandOf(pool)).toEqual({ 'SKU-1': 800 })
  expect(await brokenInvariants(pool)).toEqual([])

  second.child.kill('SIGTERM')
  expect(await second.ended).toMatchObject({ code: 0 })
})

test('the service refuses the database of another store', async () => {
  expect(await startService({ STORE_ID: 'store-2' }).ended).toMatchObject({
    code: 2,
    err: expect.stringContaining('STORE_ID is store-2, but the database is that of store-1'),
  })
})

test('the service refuses a database whose settings could lose a sale, naming all of them', async () => {
  const connection = await createConnection(root)
  const [[mode]] = await connection.query<RowDataPacket[]>('SELECT @@GLOBAL.sql_mode AS before_test')
  await connection.query("SET GLOBAL sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
  await connection.query(
    "SET GLOBAL sync_binlog = 0, GLOBAL binlog_row_image = 'MINIMAL', GLOBAL binlog_expire_logs_seconds = 3600",
  )
  await connection.query("DELETE FROM knex_migrations WHERE name = '0001-journal.sql'")
  try {
    const { code, err } = await startService().ended
    expect(code).toBe(2)
    expect(err).toContain('sync_binlog is 0; it must be 1')
    expect(err).toContain('binlog_row_image is MINIMAL; it must be FULL')
    expect(err).toContain('binlog_expire_logs_seconds is 3600; it must be 0 or at least 604800 (7 days)')
    expect(err).toMatch(/sql_mode is \S*NO_BACKSLASH_ESCAPES.* without NO_BACKSLASH_ESCAPES and ANSI_QUOTES/)
    expect(err).toContain('migrations not run: 0001-journal.sql')
  } finally {
    await connection.query('SET GLOBAL sql_mode = ?', [mode?.before_test])
    await connection.query(
      "SET GLOBAL sync_binlog = 1, GLOBAL binlog_row_image = 'FULL', GLOBAL binlog_expire_logs_seconds = 604800",
    )
    await connection.end()
  }
})

test('the service refuses a database that a later version has changed beyond what this one can run with', async () => {
  const connection = await createConnection(root)
  const name = '9001-other-numbers-breaking.sql'
  await connection.query(
    "INSERT INTO knex_migrations (name, batch, migration_time) VALUES (?, 9, '2030-01-01')",
    [name],
  )
  try {
    expect(await startService().ended).toMatchObject({
      code: 2,
      err: expect.stringContaining(`the database has ${name}, with which this version can't run`),
    })
  } finally {
    await connection.query('DELETE FROM knex_migrations WHERE name = ?', [name])
    await connection.end()
  }
})

test('a configuration that can not be used ends the service with every problem at once', async () => {
  const { code, err } = await startService({ STORE_ID: 'Store 1', MYSQL_PASSWORD: '', LOG_LEVEL: 'loud' })
    .ended
  expect(code).toBe(2)
  for (const key of ['STORE_ID', 'MYSQL_PASSWORD', 'LOG_LEVEL']) expect(err).toContain(key)
})
