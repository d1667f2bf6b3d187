import { skuField } from '@shelfwire/contracts'
import {
  pageOf,
  pageSchema,
  pickFields,
  queryCursor,
  queryFields,
  queryInteger,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import type { Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import { type EntryView, entryView, viewEntry } from './entry-view.ts'
import { pageJournal } from './journal-page-sql.ts'

const FIELDS = Object.keys(entryView.shape) as (keyof EntryView)[]

const query = strict({
  cursor: queryCursor(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
  limit: queryLimit,
  fields: queryFields(FIELDS).optional(),
  sku: skuField.optional(),
  epoch: queryInteger(1, 2 ** 31 - 1)
    .optional()
    .meta({ description: 'Only entries of this epoch.' }),
  after: queryInteger(0, 999_999_999_999_999).optional().meta({
    description: 'Only entries after this number of the epoch; give the epoch too when it is not 1.',
  }),
})

const page = pageSchema(entryView.partial()).meta({ description: 'One page, in the order of the numbers.' })

/** Everything that ever happened in the store. */
export function journalRoute(pool: Pool): Route {
  return route({
    method: 'get',
    path: '/v1/journal',
    summary: 'Entries in their order',
    tag: 'journal',
    schemas: { query },
    responses: { 200: page },
    async handle({ query: { cursor, limit, fields, sku, epoch, after } }) {
      const [afterEpoch, afterSeq] = cursor ?? [epoch ?? 1, after ?? 0]
      const begin = { epoch: afterEpoch, seq: afterSeq }
      const entries = await pageJournal(pool, { after: begin, epoch, sku, rows: limit + 1 })
      const { items, next } = pageOf(entries, limit, (entry) => [entry.epoch, entry.seq])
      return {
        status: 200,
        body: { items: items.map((entry) => pickFields(viewEntry(entry), fields)), next },
      }
    },
  })
}
