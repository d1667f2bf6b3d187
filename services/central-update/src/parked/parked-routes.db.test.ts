import { createLog, createMetrics, listen } from '@shelfwire/http'
import { transact } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { createUpdateApp } from '../app.ts'
import { applyBatch } from '../apply/apply-batch.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'

async function openService() {
  const central = await openCentral()
  await central.register('store-1')
  const log = createLog('central-update', 'error')
  const app = createUpdateApp({
    pool: central.pool,
    topic: 'journal',
    now: () => new Date(NOON_US / 1_000),
    log,
    metrics: createMetrics('central-update'),
    unreadyReasons: async () => [],
  })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    central,
    async apply(records: JournalRecord[]) {
      const connection = await central.pool.getConnection()
      const options = {
        topic: 'journal',
        part: 0,
        nowUs: NOON_US,
        latestPingUs: NOON_US,
        badRuns: new Map(),
        projections: PROJECTIONS,
      }
      await transact(connection, (trx) => applyBatch(trx, records, options))
      connection.release()
    },
    async ask(method: string, path: string, headers: Record<string, string> = {}) {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await central[Symbol.asyncDispose]()
    },
  }
}

test('parked records are listed page by page; resolving one clears its store', async () => {
  await using service = await openService()
  const store = sampleStore()
  await service.apply([store.receive('SKU-1', 5), store.bad('undecodable: x'), store.bad()])
  const first = await service.ask('GET', '/v1/parked?limit=1&store=store-1&resolved=false')
  expect(first).toMatchObject({
    status: 200,
    body: {
      items: [{ partition: 0, offset: 1, storeId: 'store-1', reason: 'undecodable: x', resolvedAt: null }],
    },
  })
  const second = await service.ask('GET', `/v1/parked?limit=1&cursor=${first.body.next}`)
  expect(second.body).toMatchObject({
    items: [{ offset: 2, keyBase64: Buffer.from('store-1').toString('base64') }],
    next: null,
  })

  for (const offset of [1, 2, 2]) {
    expect(await service.ask('POST', `/v1/parked/0/${offset}/resolve`)).toEqual({
      status: 200,
      body: { status: 'ok' },
    })
  }
  expect(await service.central.rows('SELECT parked_open, suspect_reason FROM cursors')).toEqual([
    { parked_open: 0, suspect_reason: null },
  ])
  expect((await service.central.feed()).at(-1)?.changes.freshness).toMatchObject([
    { storeId: 'store-1', suspect: null },
  ])
  expect(await service.ask('POST', '/v1/parked/0/99/resolve')).toMatchObject({
    status: 404,
    body: { code: 'not_parked' },
  })
})

test('a halted partition is resumed by a request, but not by a page of another site', async () => {
  await using service = await openService()
  const store = sampleStore()
  for (let index = 0; index < 100; index += 1) store.bad()
  await service.apply(store.records)
  const foreign = { 'sec-fetch-site': 'cross-site' }
  expect(await service.ask('POST', '/v1/partitions/0/resume', foreign)).toMatchObject({
    status: 403,
    body: { code: 'foreign_origin' },
  })
  expect(await service.central.rows('SELECT * FROM halts')).toHaveLength(1)
  expect(await service.ask('POST', '/v1/partitions/0/resume')).toMatchObject({ status: 200 })
  expect(await service.central.rows('SELECT * FROM halts')).toEqual([])
  expect(await service.ask('POST', '/v1/partitions/0/resume')).toMatchObject({
    status: 404,
    body: { code: 'not_halted' },
  })
})

test('resolving a divergence clears its store', async () => {
  await using service = await openService()
  const store = sampleStore()
  const record = store.receive('SKU-1', 5)
  if (record.content.type !== 'entry') throw new Error('a receipt is an entry')
  const forged = {
    ...record,
    content: { ...record.content, entry: { ...record.content.entry, caller: 'x' } },
  }
  await service.apply([record, forged])
  expect(await service.central.rows('SELECT diverged_seq FROM cursors')).toEqual([{ diverged_seq: 1 }])
  expect(await service.ask('POST', '/v1/stores/store-1/divergence/resolve')).toMatchObject({ status: 200 })
  expect(await service.central.rows('SELECT suspect_reason FROM cursors')).toEqual([{ suspect_reason: null }])
  expect(await service.ask('POST', '/v1/stores/store-1/divergence/resolve')).toMatchObject({ status: 404 })
  expect(await service.ask('POST', '/v1/stores/store-9/divergence/resolve')).toMatchObject({ status: 404 })
})

test.each([
  '/v1/parked?limit=0',
  '/v1/parked?limit=1001',
  '/v1/parked?cursor=x',
  '/v1/parked?colour=red',
  '/v1/parked?resolved=maybe',
])('bad input is refused: %s', async (path) => {
  await using service = await openService()
  expect(await service.ask('GET', path)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
})

test('a page of long records is bounded in bytes; each has its whole value by itself', async () => {
  await using service = await openService()
  const value = Buffer.alloc(100_000, 'x')
  const rows = Array.from({ length: 100 }, (_, offset) => [
    'journal',
    0,
    offset,
    'too long',
    value,
    '2026-05-01',
  ])
  await service.central.pool.query(
    'INSERT INTO parked (topic, partition_id, record_offset, reason, record_value, parked_at) VALUES ?',
    [rows],
  )
  const { body } = await service.ask('GET', '/v1/parked?limit=100')
  const items = body.items as { valueBase64: string; valueBytes: number }[]
  expect(items).toHaveLength(100)
  for (const item of items)
    expect([Buffer.from(item.valueBase64, 'base64').length, item.valueBytes]).toEqual([4_096, 100_000])
  const one = await service.ask('GET', '/v1/parked/0/99')
  expect(one).toMatchObject({ status: 200, body: { offset: 99, valueBytes: 100_000 } })
  expect(Buffer.from(String(one.body.valueBase64), 'base64').equals(value)).toBe(true)
  expect(await service.ask('GET', '/v1/parked/0/100')).toMatchObject({
    status: 404,
    body: { code: 'not_parked' },
  })
})
