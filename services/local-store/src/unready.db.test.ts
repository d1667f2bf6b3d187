import { createPool } from '@shelfwire/mysql'
import { openProxy, testFlavour, type Proxy as Wire } from '@shelfwire/testkit'
import { createConnection } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import { forgetOldAnswers } from './requests/forget-requests.ts'
import { openShop } from './testing/open-shop.ts'
import { brokenInvariants } from './testing/open-store.ts'

const receipt = { lines: [{ sku: 'milk', quantity: 10 }] }
const sale = { lines: [{ sku: 'milk', quantity: 1 }] }

// On MySQL this ends super_read_only, too, which MariaDB doesn't have.
const WRITABLE = 'SET GLOBAL read_only = OFF'

describe.each(testFlavour() === 'mysql' ? ['read_only', 'super_read_only'] : ['read_only'])(
  'a store whose database is %s',
  (setting) => {
    test('is not ready and says why; it sells again when the database is writable again', async () => {
      const { ask, store, close } = await openShop({ resolveWithinMs: 500 })
      const root = await createConnection(store.root)
      try {
        await ask('POST', '/v1/receipts', receipt)
        expect((await ask('GET', '/readyz')).status).toBe(200)
        await root.query('SET GLOBAL ?? = ON', [setting])
        expect(await ask('GET', '/readyz')).toMatchObject({
          status: 503,
          body: { reasons: expect.arrayContaining([`the store's database is read-only: ${setting} is ON`]) },
        })
        expect(await ask('POST', '/v1/sales', sale)).toMatchObject({
          status: 503,
          body: { code: 'database_unavailable' },
        })
        expect((await ask('GET', '/v1/stock/milk')).body).toMatchObject({ onHand: 10 })
        await root.query(WRITABLE)
        expect(await ask('POST', '/v1/sales', sale)).toMatchObject({ status: 201 })
        expect((await ask('GET', '/readyz')).status).toBe(200)
        expect(await brokenInvariants(store.pool)).toEqual([])
      } finally {
        await root.query(WRITABLE)
        await root.end()
        await close()
      }
    })
  },
)

test('a store that answers every write with 503 is not ready, though its database can be read and is not read-only', async () => {
  const { ask, store, close } = await openShop({ answerWithinMs: 1_000, resolveWithinMs: 500 })
  const root = await createConnection(store.root)
  try {
    await ask('POST', '/v1/receipts', receipt)
    // As a backup does, or an operator.
    await root.query('FLUSH TABLES WITH READ LOCK')
    expect((await ask('POST', '/v1/sales', sale)).status).toBe(503)
    expect(await ask('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("the store can't write: ") },
    })
    await root.query('UNLOCK TABLES')
    expect((await ask('POST', '/v1/sales', sale)).status).toBe(201)
    expect((await ask('GET', '/readyz')).status).toBe(200)
  } finally {
    await root.end()
    await close()
  }
})

test('a database that goes silent: /readyz answers in time though reads have taken every connection, which then end', async () => {
  let proxy: Wire | undefined
  const { ask, store, close } = await openShop({
    wire: async (database) => {
      proxy = await openProxy(database)
      return { ...database, port: proxy.port }
    },
    answerWithinMs: 4_000,
  })
  await ask('POST', '/v1/receipts', receipt)
  await ask('GET', '/v1/stock/milk')
  proxy?.fallSilent()
  const reads = Array.from({ length: 12 }, () => ask('GET', '/v1/stock/milk'))
  const began = performance.now()
  expect(await ask('GET', '/readyz')).toMatchObject({ status: 503, body: { code: 'not_ready' } })
  expect(performance.now() - began).toBeLessThan(3_500)
  for (const { status, body, headers } of await Promise.all(reads)) {
    expect([status, body.code]).toEqual([
      503,
      expect.stringMatching(/database_unavailable|no_free_connection/),
    ])
    expect(headers.get('retry-after')).toBe('1')
  }
  expect(performance.now() - began).toBeLessThan(12_000)
  proxy?.comeBack()
  await expect.poll(async () => (await ask('GET', '/v1/stock/milk')).status).toBe(200)
  await expect.poll(async () => (await ask('GET', '/readyz')).status).toBe(200)
  await close()
  expect(store.lane.trouble).toBeNull()
})

test('forgetting old answers on a silent database ends and can be waited for', async () => {
  const { store, close } = await openShop()
  const proxy = await openProxy(store.service)
  const pool = createPool({ ...store.service, port: proxy.port }, { connections: 1, answerWithinMs: 300 })
  await forgetOldAnswers(pool, new Date())
  proxy.fallSilent()
  await expect(forgetOldAnswers(pool, new Date())).rejects.toMatchObject({
    code: 'PROTOCOL_SEQUENCE_TIMEOUT',
  })
  await pool.end()
  await close()
})

test('requests of an uploaded batch that fail are counted by code', async () => {
  const { ask, store, close } = await openShop({ resolveWithinMs: 300 })
  const root = await createConnection(store.root)
  try {
    await root.query('SET GLOBAL read_only = ON')
    const requests = ['one', 'two'].map((idempotencyKey) => ({ kind: 'receipt', idempotencyKey, ...receipt }))
    const { status, body } = await ask('POST', '/v1/batches', { requests })
    expect([status, body.answers.map((answer: { status: number }) => answer.status)]).toEqual([
      200,
      [503, 503],
    ])
    const { body: metrics } = await ask('GET', '/metrics')
    expect(metrics).toMatch(/shelfwire_batch_requests_failed_total\{.*code="database_unavailable".*\} 2/)
  } finally {
    await root.query(WRITABLE)
    await root.end()
    await close()
  }
})
