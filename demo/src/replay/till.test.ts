import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createTill, isTemporary, pauseBeforeRetryMs } from './till.ts'

/** A store at the other end of a real connection. */
async function storeThat(answers: RequestListener) {
  const server = createServer(answers).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('a till', () => {
  test('I6: a till resends a sale with the same key until the store has answered it', async () => {
    const keys: unknown[] = []
    await using store = await storeThat((request, response) => {
      keys.push(request.headers['idempotency-key'])
      if (keys.length === 1) request.socket.destroy()
      else if (keys.length === 2) response.writeHead(503, { 'retry-after': '0' }).end('{}')
      else if (keys.length === 3) response.writeHead(429, { 'retry-after': '0' }).end('{}')
      else response.writeHead(201).end('{"entries":[]}')
    })
    const till = createTill({ storeId: 'store-1', url: store.url }, { patienceMs: 10_000 })
    expect(await till.post('/v1/sales', 'key-1', {})).toEqual({ status: 201, body: { entries: [] } })
    expect(keys).toEqual(['key-1', 'key-1', 'key-1', 'key-1'])
  })

  test('a till accepts a refusal as the answer', async () => {
    await using store = await storeThat((_request, response) => {
      response.writeHead(409).end('{"code":"insufficient_stock"}')
    })
    const till = createTill({ storeId: 'store-1', url: store.url }, { patienceMs: 10_000 })
    expect(await till.post('/v1/sales', 'key-1', {})).toEqual({
      status: 409,
      body: { code: 'insufficient_stock' },
    })
  })

  test('a till gives up after its limit, naming the store', async () => {
    await using store = await storeThat((_request, response) => response.writeHead(503).end('{}'))
    const till = createTill({ storeId: 'store-1', url: store.url }, { patienceMs: 1 })
    await expect(till.post('/v1/sales', 'key-1', {})).rejects.toThrow(/store-1 .* the last was 503/)
  })
})

test.each([
  [200, false],
  [201, false],
  [409, false],
  [422, false],
  [429, true],
  [500, true],
  [503, true],
])('whether an answer %i is temporary: %s', (status, temporary) => {
  expect(isTemporary(status)).toBe(temporary)
})

test('the pause before a retry is the Retry-After of the store, else it doubles up to a second', () => {
  const pauses = [1, 2, 3, 10, 100].map((attempt) => pauseBeforeRetryMs(attempt, null, () => 0))
  expect(pauses).toEqual([20, 40, 80, 1_000, 1_000])
  expect(pauseBeforeRetryMs(1, '2', () => 0)).toBe(2_000)
})
