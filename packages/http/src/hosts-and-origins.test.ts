import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createApp, createLog, createMetrics, listen, route } from './index.ts'

const PORTAL = 'https://portal.example'
const done: string[] = []

const anything = z.unknown().meta({ description: 'Anything.' })
const about = { summary: 'Resume', tag: 'test', responses: { 200: anything } }
const routes = [
  route({
    ...{ ...about, method: 'post', path: '/v1/partitions/:partition/resume' },
    handle({ request }) {
      done.push(request.path)
      return { status: 200, body: {} }
    },
  }),
  route({ ...{ ...about, method: 'get', path: '/v1/levels' }, handle: () => ({ status: 200, body: {} }) }),
]

async function serve(access: { hosts?: string[]; corsOrigins?: string[] }) {
  const log = createLog('test', 'silent')
  const info = { title: 'Test', version: '1', description: 'A test.' }
  const metrics = createMetrics('test')
  const app = createApp({ info, routes, log, metrics, unreadyReasons: () => [], ...access })
  return listen(app, { host: '127.0.0.1', port: 0 })
}

const closed = await serve({ hosts: ['Till.Shop.example'] })
const open = await serve({ corsOrigins: [PORTAL] })
afterAll(() => Promise.all([closed.close(), open.close()]))

/** As a browser or a hostile client sends it: `fetch` would set Host and Origin itself. */
async function send(
  port: number,
  { method = 'GET', path = '/v1/levels', ...headers }: Record<string, string>,
) {
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const body = await text(response)
  return {
    status: response.statusCode,
    headers: response.headers,
    code: body === '' ? undefined : JSON.parse(body).code,
  }
}

const RESUME = { method: 'POST', path: '/v1/partitions/3/resume' }

describe('Host', () => {
  test.each(['localhost', 'LOCALHOST:13001', '127.0.0.1:1', '[::1]:8080', 'till.shop.example:80'])(
    '%s is served',
    async (host) => {
      expect(await send(closed.port, { host })).toMatchObject({ status: 200 })
    },
  )
  test.each(['evil.example', 'evil.example:13001', 'localhost.evil.example', '0.0.0.0', '10.0.0.1'])(
    'the Host %j, which may be a rebound name, is 421',
    async (host) => {
      expect(await send(closed.port, { host })).toMatchObject({ status: 421, code: 'host_not_served' })
      expect(await send(closed.port, { host, path: '/metrics' })).toMatchObject({ status: 421 })
      expect(await send(closed.port, { host, ...RESUME })).toMatchObject({ status: 421 })
    },
  )

  test.each([
    ['given twice is 400', 'GET /v1/levels HTTP/1.1\r\nHost: localhost\r\nHOST: localhost', 'HTTP/1.1 400'],
    ['left empty is 421', 'GET /v1/levels HTTP/1.1\r\nHost:', 'HTTP/1.1 421'],
    ['left out in HTTP/1.1 is 400', 'GET /v1/levels HTTP/1.1', 'HTTP/1.1 400'],
    ['left out by a probe in HTTP/1.0 is served', 'GET /livez HTTP/1.0', 'HTTP/1.1 200'],
  ])('%s', async (_what, head, answer) => {
    const socket = connect(closed.port, '127.0.0.1')
    socket.write(`${head}\r\nConnection: close\r\n\r\n`)
    expect(await text(socket)).toContain(answer)
  })
})

describe('a write', () => {
  const host = 'localhost:13001'
  test.each([
    ['of no browser', {}],
    ['of our own page', { origin: 'http://localhost:13001', 'sec-fetch-site': 'same-origin' }],
    ['of our own page behind TLS', { origin: 'https://localhost:13001' }],
    ['typed by a person', { 'sec-fetch-site': 'none' }],
  ])('%s is done', async (_who, headers) => {
    done.length = 0
    expect(await send(closed.port, { ...RESUME, host, ...headers })).toMatchObject({ status: 200 })
    expect(done).toHaveLength(1)
  })
  test.each([
    ["another site's page", { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ["another site's page without Origin", { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['a page of another port without Origin', { 'sec-fetch-site': 'same-site' }],
    ['an old browser', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a listed portal of another service', { origin: PORTAL }],
  ])('of %s is 403 and not done', async (_who, headers) => {
    done.length = 0
    const answer = await send(closed.port, { ...RESUME, host, ...headers })
    expect(answer).toMatchObject({ status: 403, code: 'foreign_origin' })
    expect(done).toEqual([])
  })
})

describe('CORS', () => {
  test('is off unless origins are listed', async () => {
    const { headers } = await send(closed.port, { origin: PORTAL })
    expect(Object.keys(headers).filter((name) => /^(access-control|vary)/.test(name))).toEqual([])
    const preflight = { method: 'OPTIONS', origin: PORTAL, 'access-control-request-method': 'GET' }
    expect(await send(closed.port, preflight)).toMatchObject({ status: 405 })
  })

  test('lets a listed origin read, and tells caches that answers differ by origin', async () => {
    const listed = await send(open.port, { origin: PORTAL })
    expect(listed).toMatchObject({
      status: 200,
      headers: {
        'access-control-allow-origin': PORTAL,
        'access-control-expose-headers': 'Retry-After',
        vary: 'Origin',
      },
    })
    const other = await send(open.port, { origin: 'https://evil.example' })
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
    expect(other.headers.vary).toBe('Origin')
  })

  test('lets a listed origin write', async () => {
    const headers = { origin: PORTAL, 'sec-fetch-site': 'cross-site' }
    expect(await send(open.port, { ...RESUME, ...headers })).toMatchObject({ status: 200 })
  })

  test('answers the preflight of a listed origin by the methods of the path, and no other origin', async () => {
    const preflight = { ...RESUME, method: 'OPTIONS', 'access-control-request-method': 'POST' }
    expect(await send(open.port, { ...preflight, origin: PORTAL })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'Content-Type, Idempotency-Key',
        'access-control-max-age': '600',
      },
    })
    const foreign = await send(open.port, { ...preflight, origin: 'https://evil.example' })
    expect(foreign).toMatchObject({ status: 405 })
    expect(await send(open.port, { ...preflight, path: '/v1/x', origin: PORTAL })).toMatchObject({
      status: 404,
    })
  })
})
