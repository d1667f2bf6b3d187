import { randomUUID } from 'node:crypto'
import { createLog, createMetrics, listen } from '@shelfwire/http'
import { createPool, type DatabaseAddress } from '@shelfwire/mysql'
import { createStoreApp } from '../app.ts'
import { createHeardPing } from '../heartbeats/heard-ping.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import { tillWrites } from '../writes/writes-capability.ts'
import { type OpenStore, openStore, STORE_ID, type TestLaneOptions } from './open-store.ts'

export interface Reply {
  status: number
  type: string
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers as a client does, by name.
  body: any
}

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>

/** Asks `url` as a till does; a key of its own unless the headers bring one. A text is sent as it is. */
export function askerOf(url: string): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    return {
      status: response.status,
      type,
      headers: response.headers,
      body: type.includes('json') ? JSON.parse(text) : text,
    }
  }
}

/** `answerWithinMs` is for the reads too. */
export interface ShopOptions
  extends Partial<Pick<TestLaneOptions, 'skuCaseConflicts' | 'answerWithinMs' | 'resolveWithinMs'>> {
  /** The way from the service to its database; straight unless told. */
  wire?: (database: DatabaseAddress) => Promise<DatabaseAddress>
}

/** A store with its HTTP, cut off from Kafka. */
export async function openShop({
  wire,
  answerWithinMs,
  resolveWithinMs,
  skuCaseConflicts = 'refuse',
}: ShopOptions = {}): Promise<{
  store: OpenStore
  url: string
  ask: Ask
  close: () => Promise<void>
}> {
  const store = await openStore()
  const address = (await wire?.(store.service)) ?? store.service
  const patience = answerWithinMs === undefined ? {} : { answerWithinMs }
  const pool = createPool(address, { connections: 4, ...patience })
  const lane = store.openLane({
    address,
    ...patience,
    ...(resolveWithinMs !== undefined && { resolveWithinMs }),
  })
  const log = createLog('test', 'error')
  const now = () => new Date()
  const metrics = createMetrics('test')
  const means = { storeId: STORE_ID, lane, database: address, pool, now, log, metrics }
  const writes = tillWrites({ skuCaseConflicts, answerWithinMs })({
    ...means,
    steady: createSteadyClock({ now }),
  })
  const app = createStoreApp({
    ...means,
    routes: writes.routes ?? [],
    heard: createHeardPing(),
    brokerAnsweredMs: () => null,
  })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    store,
    url: `http://127.0.0.1:${server.port}`,
    ask: askerOf(`http://127.0.0.1:${server.port}`),
    async close() {
      await server.close()
      await writes.close?.()
      await pool.end()
      await store[Symbol.asyncDispose]()
    },
  }
}
