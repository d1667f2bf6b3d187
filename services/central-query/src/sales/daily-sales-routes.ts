import { recordedSkuField, skuField, storeIdField } from '@shelfwire/contracts'
import { pageOf, pageSchema, queryCursor, queryLimit, type Route, route, strict } from '@shelfwire/http'
import { inSnapshot, type Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import { selectProofs } from '../cache/cache-sql.ts'
import { rebuildingStores, refuseRebuilding } from '../freshness/rebuilding.ts'
import { selectDailySales } from './daily-sales-sql.ts'

const dayField = z.iso.date('must be a day such as 2026-05-01').meta({ example: '2026-05-01' })

const dailySales = z
  .object({
    storeId: storeIdField,
    sku: recordedSkuField,
    day: dayField.meta({ description: "In the store's `zone`, by when the sale occurred." }),
    unitsSold: z.int(),
    unitsReturned: z.int(),
    sales: z.int().meta({ description: 'Entries of kind sale.' }),
  })
  .meta({ id: 'DailySales' })

/** What was sold, summed by day. */
export function dailySalesRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sales/daily',
      summary: 'Units sold by store, SKU and day, by page',
      tag: 'sales',
      schemas: {
        query: strict({
          store: storeIdField.optional(),
          sku: skuField.optional(),
          from: dayField.optional(),
          to: dayField.optional(),
          cursor: queryCursor(z.tuple([storeIdField, recordedSkuField, dayField])).optional(),
          limit: queryLimit,
        }),
      },
      responses: { 200: pageSchema(dailySales) },
      async handle({ query: { cursor, limit, ...filter } }) {
        return inSnapshot(pool, async (trx) => {
          const wanted = filter.store === undefined ? undefined : [filter.store]
          const refusal = refuseRebuilding(rebuildingStores(await selectProofs(trx), wanted))
          if (refusal !== undefined) return refusal
          const rows = await selectDailySales(trx, { ...filter, after: cursor, limit: limit + 1 })
          return { status: 200, body: pageOf(rows, limit, ({ storeId, sku, day }) => [storeId, sku, day]) }
        })
      },
    }),
  ]
}
