import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { untilEqual } from './until-equal.ts'

const AT = '2026-05-01T12:00:00.000Z'
const LATER = '2026-05-01T12:00:01.000Z'
const place = { epoch: 1, seq: 7 }

test('a rebuild is waited for although central-query does not answer for a moment', async () => {
  let asked = 0
  // Every other question meets a central-query that is just starting.
  await using server = createServer((request, response) => {
    if (request.url === '/v1/status') return response.end(JSON.stringify({ epoch: 1, lastSeq: 7 }))
    asked += 1
    if (asked % 2 === 1) return response.writeHead(503).end()
    const store = { storeId: 'store-1', asOf: LATER, cursor: place, why: null }
    return response.end(JSON.stringify({ at: AT, stores: [store] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stores = await untilEqual(
    [{ id: 'store-1', number: 1 }],
    { centralQuery: url, store: () => url },
    () => {},
  )
  expect(stores).toMatchObject([{ id: 'store-1', isEqual: true, newest: place }])
  expect(asked).toBe(4)
})
