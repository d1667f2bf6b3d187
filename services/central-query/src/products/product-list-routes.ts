import { recordedSkuField, skuField, usOfDate } from '@shelfwire/contracts'
import {
  fieldProblems,
  inlineSchema,
  pageOf,
  pageSchema,
  queryCursor,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import { type Pool, readerOn } from '@shelfwire/mysql'
import { z } from 'zod'
import { categoryField } from '../margins/margin.ts'
import { changeSetting } from '../settings-transaction.ts'
import { changeProducts } from './change-products.ts'
import type { ProductWish } from './decide-product.ts'
import { listedProduct, productView } from './product.ts'
import { unknownProduct, whyRefused } from './product-routes.ts'
import { selectChangePage, selectProductPage } from './products-sql.ts'

const MAX_PRODUCTS = 1_000
const listLegal = `must be 1 to ${MAX_PRODUCTS} products`

const listedSchema = inlineSchema(listedProduct)

const bulkBody = strict({
  // Validated row by row, so that a bad row refuses only itself.
  products: z
    .array(z.unknown(), listLegal)
    .min(1, listLegal)
    .max(MAX_PRODUCTS, listLegal)
    .meta({ override: { type: 'array', minItems: 1, maxItems: MAX_PRODUCTS, items: listedSchema } }),
})

const bulkRow = z.object({
  sku: z.unknown(),
  outcome: z.enum(['created', 'changed', 'unchanged', 'refused']),
  code: z.string().optional(),
  detail: z.string().optional(),
})
type BulkRow = z.infer<typeof bulkRow>

const changeView = z.object({
  sku: recordedSkuField,
  revision: z.int(),
  kind: z.enum(['created', 'changed', 'removed']),
  changedBy: z.string(),
  changedAt: z.string(),
  before: productView.nullable(),
  after: productView.nullable(),
})

/** Many products at a time, and the history of one. */
export function productListRoutes({ pool, now }: { pool: Pool; now: () => Date }): Route[] {
  const reader = readerOn(pool)
  return [
    route({
      method: 'get',
      path: '/v1/products',
      summary: 'Products, by page',
      tag: 'products',
      schemas: {
        query: strict({
          category: categoryField.optional(),
          cursor: queryCursor(z.tuple([recordedSkuField])).optional(),
          limit: queryLimit,
        }),
      },
      responses: { 200: pageSchema(productView) },
      async handle({ query: { category, cursor, limit } }) {
        const products = await selectProductPage(reader, { category, after: cursor?.[0], limit: limit + 1 })
        return { status: 200, body: pageOf(products, limit, ({ sku }) => [sku]) }
      },
    }),
    route({
      method: 'put',
      path: '/v1/products',
      summary: 'Create or replace up to 1,000 products',
      description: 'Answers row by row, in the order asked; a bad row refuses only itself.',
      tag: 'products',
      schemas: { body: bulkBody },
      responses: { 200: z.object({ items: z.array(bulkRow) }) },
      async handle({ body, caller }) {
        const { rows, wishes } = judgeRows(body.products)
        const by = { caller, nowUs: usOfDate(now()) }
        const outcomes =
          wishes.size === 0
            ? []
            : await changeSetting(pool, (trx) => changeProducts(trx, [...wishes.values()], by))
        for (const [place, index] of [...wishes.keys()].entries()) {
          const outcome = outcomes[place]
          if (outcome === undefined || outcome.outcome === 'removed') continue
          const { sku } = wishes.get(index) as ProductWish
          rows[index] =
            outcome.outcome === 'refused'
              ? { sku, outcome: 'refused', code: outcome.code, detail: whyRefused(outcome) }
              : { sku, outcome: outcome.outcome }
        }
        return { status: 200, body: { items: rows } }
      },
    }),
    route({
      method: 'get',
      path: '/v1/products/:sku/changes',
      summary: 'The history of a product: caller, time, before and after, the newest first',
      tag: 'products',
      schemas: {
        path: strict({ sku: skuField }),
        query: strict({ cursor: queryCursor(z.tuple([z.int().min(1)])).optional(), limit: queryLimit }),
      },
      responses: { 200: pageSchema(changeView) },
      async handle({ path: { sku }, query: { cursor, limit } }) {
        const changes = await selectChangePage(reader, { sku, before: cursor?.[0], limit: limit + 1 })
        if (changes.length === 0 && cursor === undefined) return unknownProduct(sku)
        return { status: 200, body: pageOf(changes, limit, ({ revision }) => [revision]) }
      },
    }),
  ]
}

/** The answers of rows that are invalid, and the wishes of the others, both by their index in the list. */
function judgeRows(products: readonly unknown[]): { rows: BulkRow[]; wishes: Map<number, ProductWish> } {
  const rows: BulkRow[] = []
  const wishes = new Map<number, ProductWish>()
  const seen = new Set<string>()
  for (const [index, row] of products.entries()) {
    const parsed = listedProduct.safeParse(row)
    const sku = parsed.data?.sku ?? (row as { sku?: unknown } | null)?.sku ?? null
    if (!parsed.success) {
      const problems = fieldProblems(parsed.error, 'body')
      const detail = problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
      rows[index] = { sku, outcome: 'refused', code: 'invalid_request', detail }
    } else if (seen.has(parsed.data.sku)) {
      rows[index] = { sku, outcome: 'refused', code: 'repeated_sku', detail: 'sku: is in this list already' }
    } else {
      seen.add(parsed.data.sku)
      wishes.set(index, { sku: parsed.data.sku, kind: 'put', product: parsed.data })
    }
  }
  return { rows, wishes }
}
