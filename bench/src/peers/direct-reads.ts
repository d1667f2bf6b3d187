// Availability as most teams would implement it: the same HTTP stack, validation and logging, and one prepared query by
// primary keys per request. Its rows have all members of central-query's, freshness included, so that answers of both
// sides have the same size.
import { available, DEFAULT_MARGIN } from '@shelfwire/central'
import { DEFAULT_FRESHNESS_LIMITS, skuField } from '@shelfwire/contracts'
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
import {
  type FreshnessView,
  viewFreshness,
} from '../../../services/central-query/src/freshness/freshness-view.ts'
import { execute } from './execute.ts'

/** mysql2's default. */
const CONNECTIONS = 10
const QUERY = `SELECT sku, stock.store_id, on_hand, held, pending, stock.updated_at, as_of, suspect_reason
  FROM stock JOIN cursors ON cursors.part = stock.part AND cursors.store_id = stock.store_id
  WHERE stock.part = 0 AND sku IN`

await runService(async () => {
  const env = readEnv({ ...httpEnv, ...mysqlEnv })
  const pool = createPool(databaseAddress(env), { connections: CONNECTIONS })

  async function readLevels(
    skus: readonly string[],
  ): Promise<Map<string, { availableFresh: number; stores: object[] }>> {
    const places = skus.map(() => '?').join(', ')
    const sql = `${QUERY} (${places}) ORDER BY sku, stock.store_id`
    const rows = await execute<RowDataPacket>(pool, sql, [...skus])
    const clock = { nowMs: Date.now(), clockBoundMs: 0, ...DEFAULT_FRESHNESS_LIMITS }
    const freshnessByStore = new Map<string, FreshnessView>()
    const bySku = new Map<string, { availableFresh: number; stores: object[] }>()
    for (const row of rows) {
      const { sku, store_id: storeId, on_hand: onHand, held, pending, updated_at: updatedAt } = row
      let freshness = freshnessByStore.get(storeId)
      if (freshness === undefined) {
        freshness = viewFreshness(
          { asOfUs: row.as_of, suspect: row.suspect_reason, rebuilding: false },
          clock,
        )
        freshnessByStore.set(storeId, freshness)
      }
      const parts = { onHand, held, pending, margin: DEFAULT_MARGIN }
      const units = available(parts)
      let item = bySku.get(sku)
      if (item === undefined) {
        item = { availableFresh: 0, stores: [] }
        bySku.set(sku, item)
      }
      if (freshness.state === 'fresh') item.availableFresh += units
      item.stores.push({ storeId, ...parts, available: units, updatedAt, freshness })
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
        const item = (await readLevels([sku])).get(sku)
        if (item === undefined) return problem({ status: 404, code: 'unknown_sku', detail: sku })
        return { status: 200, body: { sku, known: true, ...item } }
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
        const items = skus.map((sku) => {
          const item = levels.get(sku) ?? { availableFresh: 0, stores: [] }
          return { sku, known: levels.has(sku), ...item }
        })
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
