import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import {
  EXAMPLE_INSTANT,
  EXAMPLE_KEY,
  Fault,
  idempotencyKeyField,
  quantityField,
  skuField,
} from '@shelfwire/contracts'
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
import { withLiveExamples } from './openapi.ts'

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
  const read = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    headers: response.headers,
    body: type.includes('json') && read !== '' ? JSON.parse(read) : read,
  }
}
const sell = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
  path = '/v1/sales/SKU-1',
) => ask(path, { method: 'POST', headers, body })

test('a valid request is answered by its handler', async () => {
  expect(await sell('{"quantity":2}')).toMatchObject({ status: 201, body: { sku: 'SKU-1', quantity: 2 } })
})

test.each([
  ['compressed', gzipSync('{"quantity":2}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
  ['with a byte order mark', '\ufeff{"quantity":2}', JSON_TYPE],
  ['that names its charset', '{"quantity":2}', { 'content-type': 'application/json; charset="UTF-8"' }],
])('a body %s is read', async (_how, body, headers) => {
  expect(await sell(body, headers)).toMatchObject({ status: 201, body: { quantity: 2 } })
})

test.each(['milk', 'süße Milch', '牛乳'])(
  'an answer that is JSON already is sent as it is: %s',
  async (sku) => {
    const answer = await ask(`/v1/written/${encodeURIComponent(sku)}`)
    expect(answer).toMatchObject({ status: 200, type: 'application/json', body: { sku } })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  },
)

test('HEAD gets the headers of the answer to GET', async () => {
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
    ['a repeated key', '{"quantity":1,"quantity":2}', 400, 'repeated_key'],
    ['a quantity that is not 2', '{"quantity":2.0000000000000001}', 400, 'inexact_number'],
    ['no bytes', '', 400, 'invalid_request'],
    ['more than 1 MiB', JSON.stringify({ quantity: 'x'.repeat(2 ** 20) }), 413, 'body_too_large'],
  ])('%s is refused with a problem', async (_what, body, status, code) => {
    const answer = await sell(body)
    expect(answer.type).toContain('application/problem+json')
    expect(answer).toMatchObject({ status, body: { status, code } })
  })

  test('all wrong fields of a request are named together, with their legal values', async () => {
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

  test.each(['/v1/sales/%ff', '/v1/sales/SKU-1?limit=%ff', '/v1/sales/SKU-1?limit=%2'])(
    'a path or query that is not UTF-8 is refused: %s',
    async (path) => {
      expect(await sell('{"quantity":1}', JSON_TYPE, path)).toMatchObject({
        status: 400,
        body: { code: 'malformed_path' },
      })
    },
  )

  test.each(['/v1/written/caf\u00c3\u00a9', '/v1/pages?cursor=\u00c3\u00a9'])(
    'a target that is not encoded at all is refused: %s',
    async (path) => {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, 'latin1')
      expect(await text(socket)).toContain('HTTP/1.1 400')
    },
  )

  test.each([
    ['Latin-1', Buffer.from('{"quantity":1,"note":"caf\u00e9"}', 'latin1')],
    ['a surrogate', Buffer.from('7b2261223a22eda080227d', 'hex')],
    ['cut within a character', Buffer.from('{"a":"\u{1f34f}').subarray(0, -1)],
  ])('a body that is not UTF-8 is refused: %s', async (_what, bytes) => {
    expect(await sell(bytes)).toMatchObject({ status: 400, body: { code: 'malformed_utf8' } })
  })

  test.each([
    ['gzip', gzipSync('{"quantity":1}').subarray(0, -4)],
    ['gzip', Buffer.from('{"quantity":1}')],
    ['br', Buffer.from('{"quantity":1}')],
    ['deflate', Buffer.from('{"quantity":1}')],
  ])('a body that is broken %s is refused as malformed_encoding', async (encoding, bytes) => {
    const answer = await sell(bytes, { ...JSON_TYPE, 'content-encoding': encoding })
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_encoding' } })
  })

  test('a compressed body is limited by its decompressed size', async () => {
    const bomb = gzipSync(' '.repeat(50 * 2 ** 20))
    const answer = await sell(bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  test('an unknown path is 404, a wrong method 405 with the legal methods', async () => {
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

test('a 500 does not reveal the error', async () => {
  const answer = await ask('/v1/broken')
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
  expect(JSON.stringify(answer.body)).not.toContain('42')
})

test('a full lane is 429 with Retry-After', async () => {
  const answer = await ask('/v1/busy')
  expect(answer).toMatchObject({ status: 429, body: { code: 'lane_full' } })
  expect(answer.headers.get('retry-after')).toBe('1')
})

test.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs'])(
  '%s accepts GET only',
  async (path) => {
    const wrong = await ask(path, { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe('GET, HEAD')
  },
)

test('of the Swagger UI package only the files of our page are served', async () => {
  for (const path of ['/docs/', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/start.js']) {
    expect(await ask(path), path).toMatchObject({ status: 200 })
  }
  for (const file of ['index.html', 'swagger-initializer.js', 'oauth2-redirect.html', 'package.json', '']) {
    const { status } = await ask(`/docs/${file || 'x'}`)
    expect(status, file).toBe(404)
  }
})

test.each(['/v1/written/milk', '/v1/busy', '/v1/nothing'])(
  'the answer of %s must not be cached',
  async (path) => {
    expect((await ask(path)).headers.get('cache-control')).toBe('no-store')
  },
)

test('every service has health, metrics and documents', async () => {
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

test('/readyz answers in time when its check does not', async () => {
  const app = createApp({
    info: { title: 'stuck', version: '1', description: 'Stuck.' },
    routes: [],
    log: createLog('test', 'silent'),
    metrics: createMetrics('test'),
    unreadyReasons: () => new Promise(() => {}),
  })
  const stuck = await listen(app, { host: '127.0.0.1', port: 0 })
  const response = await fetch(`http://127.0.0.1:${stuck.port}/readyz`)
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'not_ready' }])
  await stuck.close()
})

test('examples in the document have unique keys and the present time', () => {
  const text = JSON.stringify([EXAMPLE_KEY, EXAMPLE_KEY, EXAMPLE_INSTANT])
  const [one, other, time] = JSON.parse(withLiveExamples(text, new Date('2026-11-26T12:00:00Z')))
  expect([one, other].every((key) => idempotencyKeyField.safeParse(key).success)).toBe(true)
  expect(one).not.toBe(other)
  expect(time).toBe('2026-11-26T12:00:00.000Z')
})

test('clients that keep sending requests do not keep a closing server open', async () => {
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
