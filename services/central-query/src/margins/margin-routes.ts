import { DEFAULT_MARGIN } from '@shelfwire/central'
import { skuField, storeIdField, usOfDate } from '@shelfwire/contracts'
import {
  invalid,
  pageOf,
  pageSchema,
  problem,
  queryCursor,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import { type Pool, readerOn } from '@shelfwire/mysql'
import { z } from 'zod'
import type { SkuReader } from '../cache/read-skus.ts'
import type { StockCache } from '../cache/stock-cache.ts'
import { changeSetting } from '../settings-transaction.ts'
import { unknownStores } from '../stores/unknown-store.ts'
import { removeMargin, setMargin } from './change-margin.ts'
import { marginBody, marginScope, marginView, namesBoth } from './margin.ts'
import { type MarginName, selectMarginPage } from './margins-sql.ts'

const ruleView = z.object({
  store: z.string().nullable(),
  category: z.string().nullable(),
  sku: z.string().nullable(),
  units: z.int(),
})
const effectiveView = ruleView.partial().extend({
  units: z.int(),
  rule: ruleView
    .nullable()
    .meta({ description: `null: no rule applies, so the default of ${DEFAULT_MARGIN}` }),
})

interface Scope {
  store?: string | undefined
  category?: string | undefined
  sku?: string | undefined
}
const nameOf = ({ store, category, sku }: Scope): MarginName => ({
  storeId: store ?? null,
  category: category ?? null,
  sku: sku ?? null,
})

const oneOfTwo = (field: string) =>
  invalid([{ field, message: 'a rule names a sku or a category, not both' }])

/** Rules for the margin, the units kept out of `available`; the most specific rule applies. */
export function marginRoutes(needs: {
  pool: Pool
  cache: StockCache
  reader: SkuReader
  now: () => Date
}): Route[] {
  const { pool, cache, reader, now } = needs
  return [
    route({
      method: 'get',
      path: '/v1/margins',
      summary: 'Margin rules, by page',
      description: 'Rules that name what the query names.',
      tag: 'margins',
      schemas: {
        query: strict({
          ...marginScope,
          cursor: queryCursor(z.tuple([z.string(), z.string(), z.string()])).optional(),
          limit: queryLimit,
        }),
      },
      responses: { 200: pageSchema(marginView) },
      async handle({ query: { cursor, limit, ...scope } }) {
        const wish = { wanted: nameOf(scope), after: cursor, limit: limit + 1 }
        const rules = await selectMarginPage(readerOn(pool), wish)
        const page = pageOf(rules, limit, ({ store, category, sku }) => [
          store ?? '',
          category ?? '',
          sku ?? '',
        ])
        return { status: 200, body: page }
      },
    }),
    route({
      method: 'put',
      path: '/v1/margins',
      summary: 'Set a margin rule',
      description:
        'For a store, a SKU, a category, or a store with one of the two; naming nothing sets it for the chain. ' +
        'The most specific rule applies: store and SKU, then SKU, store and category, category, store, chain.',
      tag: 'margins',
      schemas: { body: marginBody },
      responses: { 200: ruleView, 201: ruleView },
      async handle({ body: { units, ...scope }, caller }) {
        if (namesBoth(scope)) return oneOfTwo('sku')
        const rule = { ...nameOf(scope), units }
        const outcome = await changeSetting(pool, (trx) =>
          setMargin(trx, rule, { caller, nowUs: usOfDate(now()) }),
        )
        if (outcome === 'unknown_store') return unknownStores([scope.store ?? '']) ?? { status: 404 }
        const { storeId, category, sku } = rule
        return { status: outcome === 'created' ? 201 : 200, body: { store: storeId, category, sku, units } }
      },
    }),
    route({
      method: 'delete',
      path: '/v1/margins',
      summary: 'Remove a margin rule',
      description:
        'The rule that names exactly what the query names, a SKU or a category and not both; an empty query names the chain.',
      tag: 'margins',
      schemas: { query: strict(marginScope) },
      responses: { 204: z.undefined().meta({ description: 'Removed.' }) },
      async handle({ query, caller }) {
        if (namesBoth(query)) return oneOfTwo('query sku')
        const by = { caller, nowUs: usOfDate(now()) }
        const outcome = await changeSetting(pool, (trx) => removeMargin(trx, nameOf(query), by))
        if (outcome === 'removed') return { status: 204 }
        const detail = 'there is no rule that names exactly this; see /v1/margins'
        return problem({ status: 404, code: 'unknown_margin', detail })
      },
    }),
    route({
      method: 'get',
      path: '/v1/margins/effective',
      summary: 'The margin of one SKU in one store, and the rule that sets it',
      tag: 'margins',
      schemas: { query: strict({ store: storeIdField, sku: skuField }) },
      responses: { 200: effectiveView },
      async handle({ query: { store, sku } }) {
        const rule = await reader.withSkus([sku], ([known]) => known && cache.ruleOf(known, store))
        if (!cache.stores.has(store)) return unknownStores([store]) ?? { status: 404 }
        const { storeId, ...rest } = rule ?? { storeId: null, units: DEFAULT_MARGIN }
        const body = {
          store,
          sku,
          units: rest.units,
          rule: rule === undefined ? null : { store: storeId, ...rest },
        }
        return { status: 200, body }
      },
    }),
  ]
}
