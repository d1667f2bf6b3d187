import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { createApp, createLog, createMetrics, listen } from './index.ts'

function aService() {
  const log = createLog('test', 'silent')
  const info = { title: 'Test', version: '1', description: 'A test.' }
  const metrics = createMetrics('test')
  return { app: createApp({ info, routes: [], log, metrics, unreadyReasons: () => [] }), metrics }
}

const patience = {
  headersTimeout: 100,
  requestTimeout: 200,
  keepAliveTimeout: 300,
  connectionsCheckingInterval: 20,
}
const hasty = await listen(aService().app, { host: '127.0.0.1', port: 0, patience })
afterAll(() => hasty.close())

test.each([
  ['says nothing', ''],
  ['stops in the headers', 'GET /livez HTTP/1.1\r\nHost: local'],
  ['stops in the body', 'POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'],
  ['has its answer and sends no more', 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'],
])('a connection whose client %s is closed', async (_what, sent) => {
  const socket = connect(hasty.port, '127.0.0.1')
  socket.write(sent)
  socket.resume()
  await once(socket, 'close')
})

test('a till that sells once a minute keeps its connection', async () => {
  await using shipped = await listenAsShipped()
  const response = await fetch(`http://127.0.0.1:${shipped.port}/livez`)
  expect(response.headers.get('keep-alive')).toBe('timeout=75')
})

async function listenAsShipped() {
  const { port, close } = await listen(aService().app, { host: '127.0.0.1', port: 0 })
  return { port, [Symbol.asyncDispose]: close }
}

test('connections beyond the limit are closed and counted, and the others are served', async () => {
  const { app, metrics } = aService()
  const small = await listen(app, { host: '127.0.0.1', port: 0, maxConnections: 2 })
  const sockets = [1, 2].map(() => connect(small.port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const third = connect(small.port, '127.0.0.1').resume()
  await once(third, 'close')
  expect(await metrics.metrics()).toMatch(/http_connections_refused_total\{[^}]*\} 1\n/)
  sockets[0]?.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [answer] = await once(sockets[0] as (typeof sockets)[0], 'data')
  expect(String(answer)).toContain('HTTP/1.1 200')
  for (const socket of sockets) socket.destroy()
  await small.close()
})
