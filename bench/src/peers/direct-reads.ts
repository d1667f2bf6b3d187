// Availability as most teams would serve it: the same HTTP stack, validation and logging, and one prepared query by
// primary key for each request. It can't say how fresh its answers are.
import { available, DEFAULT_MARGIN } from '@shelfwire/central'
import { skuField } from '@shelfwire/contracts'
import {
  createApp,
  createLog,
  createMetrics,
  httpEnv,
  listen,
  problem,
  readEnv,
  route,
  runService,
  strict,
} from '@shelfwire/http'
import { createPool, databaseAddress, mysqlEnv, type RowDataPacket } from '@shelfwire/mysql'
import { z } from 'zod'

/** mysql2's own default. */
const CONNECTIONS = 10
const COLUMNS = 'sku, store_id, on_hand, held, pending, updated_at'

await runService(async () => {
  const env = readEnv({ ...httpEnv, ...mysqlEnv })
  const pool = createPool(databaseAddress(env), { connections: CONNECTIONS })

  async function readLevels(skus: readonly string[]): Promise<Map<string, object[]>> {
    const places = skus.map(() => '?').join(', ')
    const [rows] = await pool.execute<RowDataPacket[]>(
      `SELECT ${COLUMNS} FROM stock WHERE part = 0 AND sku IN (${places}) ORDER BY sku, store_id`,
      [...skus],
    )
    const bySku = new Map<string, object[]>()
    for (const { sku, store_id: storeId, on_hand: onHand, held, pending, updated_at: updatedAt } of rows) {
      const parts = { onHand, held, pending, margin: DEFAULT_MARGIN }
      const levels = bySku.get(sku) ?? []
      bySku.set(sku, levels)
      levels.push({ storeId, ...parts, available: available(parts), updatedAt })
    }
    return bySku
  }

  const answer = z.looseObject({})
  const routes = [
    route({
      method: 'get',
      path: '/v1/availability/:sku',
      summary: 'One SKU in every store',
      tag: 'availability',
      schemas: { path: strict({ sku: skuField }), query: strict({}) },
      responses: { 200: answer },
      async handle({ path: { sku } }) {
        const stores = (await readLevels([sku])).get(sku)
        if (stores === undefined) return problem({ status: 404, code: 'unknown_sku', detail: sku })
        return { status: 200, body: { sku, known: true, stores } }
      },
    }),
    route({
      method: 'post',
      path: '/v1/availability',
      summary: 'Up to 100 SKUs in every store',
      tag: 'availability',
      schemas: { body: strict({ skus: z.array(skuField).min(1).max(100) }) },
      responses: { 200: answer },
      async handle({ body: { skus } }) {
        const levels = await readLevels(skus)
        const items = skus.map((sku) => ({ sku, known: levels.has(sku), stores: levels.get(sku) ?? [] }))
        return { status: 200, body: { items } }
      },
    }),
  ]
  const app = createApp({
    info: { title: 'direct-reads', version: '1', description: 'One query for each request.' },
    routes,
    log: createLog('direct-reads', env.LOG_LEVEL),
    metrics: createMetrics('direct-reads'),
    unreadyReasons: () => [],
  })
  const server = await listen(app, { host: env.HTTP_HOST, port: env.HTTP_PORT })
  return {
    async close() {
      await server.close()
      await pool.end()
    },
  }
})
