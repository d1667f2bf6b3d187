import { ENTRY_KINDS, skuField, storeIdField } from '@shelfwire/contracts'
import { pageOf, pageSchema, queryCursor, queryLimit, type Route, route, strict } from '@shelfwire/http'
import { type Pool, readerOn } from '@shelfwire/mysql'
import { z } from 'zod'
import { selectLedgerPage } from './ledger-sql.ts'

const text = z.string().nullable()

const ledgerEntry = z
  .object({
    storeId: storeIdField,
    epoch: z.int(),
    seq: z.int(),
    sku: text,
    kind: z.enum(ENTRY_KINDS),
    onHandDelta: z.int(),
    heldDelta: z.int(),
    onHand: z.int(),
    held: z.int(),
    holdId: text,
    caller: z.string(),
    requestId: z.string(),
    reference: text,
    reason: text,
    occurredAt: z.string(),
    recordedAt: z.string(),
    appliedAt: z.string(),
  })
  .meta({ id: 'LedgerEntry' })

/** Every store's journal, as far as central has applied it. */
export function ledgerRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/ledger',
      summary: 'Entries of all journals, by page, in the order of (store, epoch, seq)',
      tag: 'ledger',
      schemas: {
        query: strict({
          store: storeIdField.optional(),
          sku: skuField.optional(),
          cursor: queryCursor(z.tuple([storeIdField, z.int().min(0), z.int().min(0)])).optional(),
          limit: queryLimit,
        }),
      },
      responses: { 200: pageSchema(ledgerEntry) },
      async handle({ query: { store, sku, cursor, limit } }) {
        const entries = await selectLedgerPage(readerOn(pool), {
          store,
          sku,
          after: cursor,
          limit: limit + 1,
        })
        const page = pageOf(entries, limit, ({ storeId, epoch, seq }) => [storeId, epoch, seq])
        return { status: 200, body: page }
      },
    }),
  ]
}
