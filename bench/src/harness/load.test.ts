import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type Call, drive, percentile } from './load.ts'

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Returns the calls one after the other, then undefined. */
function inTurn(calls: Call[]): () => Call | undefined {
  return () => calls.shift()
}

test('every request of a load is sent once, and its answer passed on', async () => {
  const asked: string[] = []
  await using server = await serve(async (request, response) => {
    const body = (await request.toArray()).join('')
    asked.push(`${request.method} ${request.url} ${request.headers['idempotency-key'] ?? '-'} ${body}`)
    response.statusCode = request.method === 'POST' ? 201 : 200
    response.end(`${request.url} süß`)
  })
  const answers: string[] = []
  const answered = (status: number, body: string) => answers.push(`${status} ${body}`)
  const calls: Call[] = [
    { method: 'GET', path: '/1', answered },
    { method: 'POST', path: '/2', key: 'k-2', body: '{"name":"süß"}', answered },
    { method: 'GET', path: '/3', answered },
  ]
  const load = await drive({ url: server.url, connections: 2, next: inTurn(calls), keepBodies: true })
  expect(asked.sort()).toEqual(['GET /1 - ', 'GET /3 - ', 'POST /2 k-2 {"name":"süß"}'])
  expect(answers.sort()).toEqual(['200 /1 süß', '200 /3 süß', '201 /2 süß'])
  expect([...load.statuses].sort()).toEqual([
    [200, 2],
    [201, 1],
  ])
  expect(load.latencies.length).toBe(3)
})

test('the latency of a stalled server includes the wait for a connection', async () => {
  await using server = await serve((_request, response) => void setTimeout(() => response.end('{}'), 50))
  const calls: Call[] = Array.from({ length: 10 }, () => ({ method: 'GET', path: '/' }))
  const load = await drive({ url: server.url, connections: 1, next: inTurn(calls), perSecond: 1_000 })
  expect(load.latencies.length).toBe(10)
  expect(percentile(load.latencies, 1)).toBeGreaterThan(400)
})

test.each([undefined, 100])(
  'a connection that breaks ends the load (requests per second: %s)',
  async (perSecond) => {
    await using server = await serve((_request, response) => void response.destroy())
    const calls: Call[] = Array.from({ length: 5 }, () => ({ method: 'GET', path: '/' }))
    const load = { url: server.url, connections: 2, next: inTurn(calls) }
    await expect(drive(perSecond === undefined ? load : { ...load, perSecond })).rejects.toThrow()
  },
)
