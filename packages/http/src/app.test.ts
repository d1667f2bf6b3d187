import { setTimeout as pause } from 'node:timers/promises'
import { Fault, quantityField, skuField } from '@shelfwire/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  createApp,
  createLog,
  createMetrics,
  listen,
  pageOf,
  queryCursor,
  queryInteger,
  route,
  strict,
} from './index.ts'

const anything = z.unknown().meta({ description: 'Anything.' })

const routes = [
  route({
    method: 'post',
    path: '/v1/sales/:sku',
    summary: 'Sell',
    tag: 'sales',
    schemas: {
      path: strict({ sku: skuField }),
      query: strict({ limit: queryInteger(1, 10).optional() }),
      body: strict({ quantity: quantityField }),
    },
    responses: { 201: anything },
    handle: ({ path, body }) => ({ status: 201, body: { sku: path.sku, quantity: body.quantity } }),
  }),
  route({
    method: 'get',
    path: '/v1/pages',
    summary: 'Page',
    tag: 'sales',
    schemas: { query: strict({ cursor: queryCursor(z.tuple([z.string()])).optional() }) },
    responses: { 200: anything },
    handle: ({ query }) => ({
      status: 200,
      body: pageOf(
        ['a', 'b', 'c'].filter((sku) => sku > (query.cursor?.[0] ?? '')),
        1,
        (sku) => [sku],
      ),
    }),
  }),
  route({
    method: 'get',
    path: '/v1/written/:sku',
    summary: 'Read what is written',
    tag: 'sales',
    schemas: { path: strict({ sku: skuField }) },
    responses: { 200: anything },
    handle: ({ path }) => ({ status: 200, json: `{"sku":"${path.sku}"}` }),
  }),
  route({
    method: 'get',
    path: '/v1/broken',
    summary: 'Break',
    tag: 'sales',
    responses: { 200: anything },
    handle: () => {
      throw new Error('the secret is 42')
    },
  }),
  route({
    method: 'get',
    path: '/v1/busy',
    summary: 'Be busy',
    tag: 'sales',
    responses: { 200: anything },
    handle: () => {
      throw new Fault('lane_full', 'the lane has too much waiting', { canRetry: true })
    },
  }),
]

const log = createLog('test', 'error')
log.level = 'silent'
const app = createApp({
  info: { title: 'Test', version: '1', description: 'A test.' },
  routes,
  log,
  metrics: createMetrics('test'),
  unreadyReasons: () => ['the database does not answer'],
})
const server = await listen(app, { host: '127.0.0.1', port: 0 })
afterAll(() => server.close())

const JSON_TYPE = { 'content-type': 'application/json' }

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    headers: response.headers,
    body: type.includes('json') && text !== '' ? JSON.parse(text) : text,
  }
}
const sell = (body: string, headers: Record<string, string> = JSON_TYPE, path = '/v1/sales/SKU-1') =>
  ask(path, { method: 'POST', headers, body })

test('a good request is answered by its handler', async () => {
  expect(await sell('{"quantity":2}')).toMatchObject({ status: 201, body: { sku: 'SKU-1', quantity: 2 } })
})

test.each(['milk', 'süße Milch', '牛乳'])(
  'an answer that is JSON already is sent as it is: %s',
  async (sku) => {
    const answer = await ask(`/v1/written/${encodeURIComponent(sku)}`)
    expect(answer).toMatchObject({ status: 200, type: 'application/json', body: { sku } })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  },
)

test('HEAD is answered by the head of what GET would be', async () => {
  const answer = await ask('/v1/written/milk', { method: 'HEAD' })
  expect(answer).toMatchObject({ status: 200, type: 'application/json' })
  expect(answer.headers.get('content-length')).toBe(String('{"sku":"milk"}'.length))
})

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{', 400, 'malformed_json'],
    ['null for a body', 'null', 400, 'invalid_request'],
    ['an array for a body', '[]', 400, 'invalid_request'],
    ['an unknown field', '{"quantity":1,"colour":"red"}', 400, 'invalid_request'],
    ['a quantity in quotes', '{"quantity":"1"}', 400, 'invalid_request'],
    ['more than 1 MiB', JSON.stringify({ quantity: 'x'.repeat(2 ** 20) }), 413, 'body_too_large'],
  ])('%s is refused with a problem', async (_what, body, status, code) => {
    const answer = await sell(body)
    expect(answer.type).toContain('application/problem+json')
    expect(answer).toMatchObject({ status, body: { status, code } })
  })

  test('every wrong field is named at once, with its legal values', async () => {
    const { body } = await sell('{"quantity":0,"x":1}', JSON_TYPE, '/v1/sales/%20a?limit=11&colour=red')
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(
      ['body', 'path sku', 'query', 'query limit', 'quantity'].sort(),
    )
    expect(body.detail).toContain('must be a whole number from 1 to 1000000')
    expect(body.detail).toContain('unknown field "x"; legal: quantity')
    expect(body.detail).toContain('must be a whole number from 1 to 10')
  })

  test.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=iso-8859-1' },
    { ...JSON_TYPE, 'content-encoding': 'compress' },
  ])('a body of type %j is refused with 415', async (headers) => {
    expect(await sell('{"quantity":1}', headers as unknown as Record<string, string>)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    })
  })

  test('a path that is no UTF-8 is refused', async () => {
    expect(await sell('{"quantity":1}', JSON_TYPE, '/v1/sales/%ff')).toMatchObject({
      status: 400,
      body: { code: 'malformed_path' },
    })
  })

  test('an unknown route is 404, a wrong method 405 with the legal ones', async () => {
    expect(await ask('/v1/nothing')).toMatchObject({ status: 404, body: { code: 'unknown_route' } })
    const wrong = await ask('/v1/sales/SKU-1', { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe('POST')
  })

  test.each(['x', 'W10', 'WyJhIiwiYiJd', '%00'])('the forged cursor %j is refused', async (cursor) => {
    expect(await ask(`/v1/pages?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'query cursor' }] },
    })
  })
})

test('the cursor of a page leads to the next one, and the last has none', async () => {
  const first = await ask('/v1/pages')
  const second = await ask(`/v1/pages?cursor=${first.body.next}`)
  const third = await ask(`/v1/pages?cursor=${second.body.next}`)
  expect([first, second, third].map(({ body }) => body.items)).toEqual([['a'], ['b'], ['c']])
  expect(third.body.next).toBeNull()
})

test('a failure says nothing of its inside', async () => {
  const answer = await ask('/v1/broken')
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
  expect(JSON.stringify(answer.body)).not.toContain('42')
})

test('a full lane is 429 with the time to wait', async () => {
  const answer = await ask('/v1/busy')
  expect(answer).toMatchObject({ status: 429, body: { code: 'lane_full' } })
  expect(answer.headers.get('retry-after')).toBe('1')
})

test('health, metrics and documents are there', async () => {
  expect(await ask('/livez')).toMatchObject({ status: 200 })
  expect(await ask('/readyz')).toMatchObject({
    status: 503,
    body: { reasons: ['the database does not answer'] },
  })
  expect((await ask('/metrics')).body).toContain('http_request_duration_seconds')
  expect((await ask('/docs')).body).toContain('swagger-ui')
  const { body } = await ask('/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual([
    '/v1/sales/{sku}',
    '/v1/pages',
    '/v1/written/{sku}',
    '/v1/broken',
    '/v1/busy',
  ])
})

test('a server that closes is not kept open by clients that go on asking', async () => {
  const entered = Promise.withResolvers<void>()
  const slow = route({
    method: 'get',
    path: '/v1/slow',
    summary: 'Slow',
    tag: 'sales',
    responses: { 200: anything },
    async handle() {
      entered.resolve()
      await pause(20)
      return { status: 200, body: {} }
    },
  })
  const info = { title: 'slow', version: '1', description: 'Slow.' }
  const log = createLog('test', 'silent')
  const metrics = createMetrics('test')
  const app = createApp({ info, routes: [slow], log, metrics, unreadyReasons: async () => [] })
  const closing = await listen(app, { host: '127.0.0.1', port: 0 })
  const askOn = async () => {
    for (;;) await (await fetch(`http://127.0.0.1:${closing.port}/v1/slow`)).text()
  }
  const clients = Array.from({ length: 4 }, () => askOn().catch(() => {}))
  await entered.promise
  await closing.close()
  await Promise.all(clients)
})
