import type { FreshnessClock } from '@shelfwire/central'
import { recordedSkuField, storeIdField } from '@shelfwire/contracts'
import {
  encodeCursor,
  pageSchema,
  pickFields,
  queryCursor,
  queryFields,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import type { Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import { refuseRebuilding } from '../freshness/rebuilding.ts'
import { unknownStores } from '../stores/unknown-store.ts'
import { availabilityRow, queryInStock, ROW_FIELDS } from './availability-schemas.ts'
import { readStorePage } from './read-store-page.ts'

const pageRow = availabilityRow.extend({ sku: recordedSkuField }).partial()

/** A store's stock, page by page. */
export function storePageRoutes({ pool, clock }: { pool: Pool; clock: () => FreshnessClock }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/stores/:storeId/availability',
      summary: 'Every SKU of one store, by page',
      description: 'In the order of SKUs. A page may be short and still have a next.',
      tag: 'availability',
      schemas: {
        path: strict({ storeId: storeIdField }),
        query: strict({
          inStock: queryInStock.optional(),
          fields: queryFields(['sku', ...ROW_FIELDS]).optional(),
          cursor: queryCursor(z.tuple([recordedSkuField])).optional(),
          limit: queryLimit,
        }),
      },
      responses: { 200: pageSchema(pageRow) },
      async handle({ path: { storeId }, query: { inStock = false, fields, cursor, limit } }) {
        const page = await readStorePage(pool, { storeId, after: cursor?.[0], limit, inStock }, clock)
        if (page === undefined) return unknownStores([storeId]) ?? { status: 404 }
        if (page === 'rebuilding') return refuseRebuilding([storeId]) ?? { status: 503 }
        const items = page.rows.map((row) => pickFields(row, fields))
        return { status: 200, body: { items, next: page.next === null ? null : encodeCursor([page.next]) } }
      },
    }),
  ]
}
