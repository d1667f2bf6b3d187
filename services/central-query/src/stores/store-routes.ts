import { storeIdField, usOfDate } from '@shelfwire/contracts'
import {
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
import { changeSetting } from '../settings-transaction.ts'
import { putStore } from './put-store.ts'
import { storeBody, storeView } from './store.ts'
import { selectStore, selectStores } from './stores-sql.ts'
import { unknownStores } from './unknown-store.ts'

const storePage = pageSchema(storeView)

/** The stores of the chain: names, places, connectors and zones. */
export function storeRoutes({ pool, now }: { pool: Pool; now: () => Date }): Route[] {
  const reader = readerOn(pool)
  return [
    route({
      method: 'get',
      path: '/v1/stores',
      summary: 'All stores, by page',
      tag: 'stores',
      schemas: {
        query: strict({ cursor: queryCursor(z.tuple([storeIdField])).optional(), limit: queryLimit }),
      },
      responses: { 200: storePage },
      async handle({ query: { cursor, limit } }) {
        const stores = await selectStores(reader, { after: cursor?.[0], limit: limit + 1 })
        return { status: 200, body: pageOf(stores, limit, ({ storeId }) => [storeId]) }
      },
    }),
    route({
      method: 'get',
      path: '/v1/stores/:storeId',
      summary: 'One store',
      tag: 'stores',
      schemas: { path: strict({ storeId: storeIdField }) },
      responses: { 200: storeView },
      async handle({ path: { storeId } }) {
        const store = await selectStore(reader, storeId)
        return store === undefined
          ? (unknownStores([storeId]) ?? { status: 404 })
          : { status: 200, body: store }
      },
    }),
    route({
      method: 'put',
      path: '/v1/stores/:storeId',
      summary: 'Add a store, or change its settings',
      description:
        'Other stores are not affected. Putting the same again changes nothing. `connector` and `zone` left out stay as ' +
        "they are; a new store's are then its id and UTC.",
      tag: 'stores',
      schemas: { path: strict({ storeId: storeIdField }), body: storeBody },
      responses: { 200: storeView, 201: storeView },
      async handle({ path: { storeId }, body }) {
        const wish = { ...body, storeId }
        const result = await changeSetting(pool, (trx) => putStore(trx, wish, usOfDate(now())))
        if (result.outcome === 'refused') {
          const detail = `connector: ${result.connector} belongs to ${result.owner}; each store has its own`
          return problem({ status: 409, code: result.code, detail, extensions: { owner: result.owner } })
        }
        const store = await selectStore(reader, storeId)
        return { status: result.outcome === 'created' ? 201 : 200, body: store }
      },
    }),
  ]
}
