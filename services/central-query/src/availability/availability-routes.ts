import type { FreshnessClock } from '@shelfwire/central'
import { skuField, storeIdField } from '@shelfwire/contracts'
import { problem, type Reply, type Route, route, strict } from '@shelfwire/http'
import { z } from 'zod'
import type { SkuReader } from '../cache/read-skus.ts'
import type { StockCache } from '../cache/stock-cache.ts'
import { refuseRebuilding } from '../freshness/rebuilding.ts'
import { unknownStores } from '../stores/unknown-store.ts'
import { type AvailabilityFilter, answerAvailability, listOf } from './answer-availability.ts'
import {
  queryInStock,
  queryRowFields,
  queryStores,
  ROW_FIELDS,
  skuAvailability,
} from './availability-schemas.ts'

const MAX_SKUS = 100
const skusLegal = `must be 1 to ${MAX_SKUS} SKUs`
const storesLegal = 'must be 1 to 1000 store ids'
const fieldsLegal = `must be one or more of ${ROW_FIELDS.join(', ')}`

const batchBody = strict({
  skus: z.array(skuField, skusLegal).min(1, skusLegal).max(MAX_SKUS, skusLegal),
  stores: z.array(storeIdField, storesLegal).min(1, storesLegal).max(1_000, storesLegal).optional(),
  inStock: z.boolean('must be true or false').optional(),
  fields: z.array(z.enum(ROW_FIELDS, fieldsLegal), fieldsLegal).min(1, fieldsLegal).optional(),
}).meta({ id: 'AvailabilityRequest' })

const batchAnswer = z
  .object({ items: z.array(skuAvailability) })
  .meta({ description: 'One item per SKU, in the order asked; an unknown SKU has `known: false`.' })

/** Availability by SKU, from the cache. */
export function availabilityRoutes(needs: {
  cache: StockCache
  reader: SkuReader
  clock: () => FreshnessClock
}): Route[] {
  const { cache, reader } = needs

  function answer(skus: readonly string[], filter: AvailabilityFilter) {
    return reader.withSkus(skus, (found) =>
      answerAvailability(cache, found, { clock: needs.clock(), filter }),
    )
  }

  /** The filter's stores are checked after the SKUs are read, because only then the cache surely has its snapshot. */
  const refuseUnknown = ({ stores = [] }: AvailabilityFilter): Reply | undefined =>
    unknownStores(stores.filter((storeId) => !cache.stores.has(storeId)))

  return [
    route({
      method: 'get',
      path: '/v1/availability/:sku',
      summary: 'One SKU in every store',
      description: 'Each row with the parts of `available` and its freshness.',
      tag: 'availability',
      schemas: {
        path: strict({ sku: skuField }),
        query: strict({
          store: queryStores.optional(),
          inStock: queryInStock.optional(),
          fields: queryRowFields.optional(),
        }),
      },
      responses: { 200: skuAvailability },
      async handle({ path: { sku }, query }) {
        const filter = { stores: query.store, inStock: query.inStock, fields: query.fields }
        const { items, rebuilding } = await answer([sku], filter)
        const [item] = items
        // A store that is being rebuilt may have it; that isn't known yet.
        if (item?.known !== true) return refuseRebuilding(rebuilding) ?? unknownSku(sku)
        return refuseUnknown(filter) ?? { status: 200, json: item.json }
      },
    }),
    route({
      method: 'post',
      path: '/v1/availability',
      summary: 'Up to 100 SKUs in every store',
      description: 'A read: it changes nothing, so it takes no Idempotency-Key. All rows are of one moment.',
      tag: 'availability',
      schemas: { body: batchBody },
      responses: { 200: batchAnswer },
      async handle({ body: { skus, ...filter } }) {
        const { items } = await answer(skus, filter)
        return refuseUnknown(filter) ?? { status: 200, json: `{"items":[${listOf(items)}]}` }
      },
    }),
  ]
}

function unknownSku(sku: string): Reply {
  const detail = `sku: ${JSON.stringify(sku)} is in no store and not in the catalogue`
  return problem({
    status: 404,
    code: 'unknown_sku',
    detail,
    errors: [{ field: 'path sku', message: 'unknown' }],
  })
}
