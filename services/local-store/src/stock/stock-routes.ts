import { isoOfUs, skuField } from '@shelfwire/contracts'
import {
  pageOf,
  pageSchema,
  pickFields,
  problem,
  queryCursor,
  queryFields,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import type { Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import type { StockRow } from './level.ts'
import { findStock, pageStock } from './stock-page-sql.ts'

const time = z.iso.datetime().nullable()
const stockView = z
  .object({
    sku: z.string(),
    onHand: z.int(),
    held: z.int(),
    epoch: z.int(),
    seq: z.int().meta({ description: 'The entry after which the levels are these.' }),
    lastRestockedAt: time.meta({
      description: 'When goods last came with a receipt; null when they never did.',
    }),
    countedAt: time.meta({ description: 'When the observer of the newest count looked.' }),
    lateSeq: z.int().nullable().meta({
      description:
        'The first entry recorded after the newest count although it had happened before it: count this SKU again.',
    }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Stock', description: 'What the store has of one SKU.' })

type StockView = z.infer<typeof stockView>
const FIELDS = Object.keys(stockView.shape) as (keyof StockView)[]

const page = pageSchema(stockView.partial()).meta({ description: 'One page, in the order of the SKUs.' })

const fields = queryFields(FIELDS).optional()
const pageQuery = strict({
  cursor: queryCursor(z.tuple([z.string()])).optional(),
  limit: queryLimit,
  fields,
})

/** What the store has, and what it should count again. */
export function stockRoutes(pool: Pool): Route[] {
  const pages = (path: string, about: { summary: string; toRecount: boolean }) =>
    route({
      method: 'get',
      path,
      summary: about.summary,
      tag: 'stock',
      schemas: { query: pageQuery },
      responses: { 200: page },
      async handle({ query: { cursor, limit, fields } }) {
        const { toRecount } = about
        const rows = await pageStock(pool, { afterSku: cursor?.[0] ?? '', rows: limit + 1, toRecount })
        const { items, next } = pageOf(rows, limit, ({ sku }) => [sku])
        return { status: 200, body: { items: items.map((row) => pickFields(viewStock(row), fields)), next } }
      },
    })
  return [
    route({
      method: 'get',
      path: '/v1/stock/:sku',
      summary: 'One SKU',
      tag: 'stock',
      schemas: { path: strict({ sku: skuField }), query: strict({ fields }) },
      responses: { 200: stockView.partial() },
      async handle({ path: { sku }, query }) {
        const row = await findStock(pool, sku)
        if (row !== undefined) return { status: 200, body: pickFields(viewStock(row), query.fields) }
        const detail = `${sku}: not known in this store; it appears with its first receipt or count`
        return problem({ status: 404, code: 'unknown_sku', detail })
      },
    }),
    pages('/v1/stock', { summary: 'All SKUs', toRecount: false }),
    pages('/v1/recounts', {
      summary: 'SKUs to count again: entries came that had happened before their newest count',
      toRecount: true,
    }),
  ]
}

function viewStock({ lastRestockedAtUs, countedAtUs, updatedAtUs, ...row }: StockRow): StockView {
  return {
    ...row,
    lastRestockedAt: isoOrNull(lastRestockedAtUs),
    countedAt: isoOrNull(countedAtUs),
    updatedAt: isoOfUs(updatedAtUs),
  }
}

const isoOrNull = (us: number | null) => (us === null ? null : isoOfUs(us))
