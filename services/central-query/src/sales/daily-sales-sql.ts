import type { Reader } from '@shelfwire/mysql'
import { afterKey, build, pageOverParts, readRows } from '../page-query.ts'

interface DailySalesRow {
  store_id: string
  sku: string
  day: string
  units_sold: number
  units_returned: number
  sales: number
}

export interface DailySalesWish {
  store?: string | undefined
  sku?: string | undefined
  /** Days, both included. */
  from?: string | undefined
  to?: string | undefined
  after?: [storeId: string, sku: string, day: string] | undefined
  limit: number
}

const KEY = ['store_id', 'sku', 'day']

/** Sums in the order of (store, SKU, day), stores by part, behind `after`. */
export async function selectDailySales(reader: Reader, wish: DailySalesWish) {
  const { store, sku, from, to, after, limit } = wish
  const rows = await pageOverParts({ store, after: after?.[0], limit }, (part, { isFirst, room }) => {
    const query = build('central_view.daily_sales').select('*').where({ part }).orderBy(KEY).limit(room)
    // A sum is 0 when all that it counted was forgotten by a restored store.
    query.whereRaw('(units_sold <> 0 OR units_returned <> 0 OR sales <> 0)')
    if (store !== undefined) query.where({ store_id: store })
    if (sku !== undefined) query.where({ sku })
    if (from !== undefined) query.where('day', '>=', from)
    if (to !== undefined) query.where('day', '<=', to)
    return readRows<DailySalesRow>(reader, afterKey(query, KEY, isFirst ? after : undefined))
  })
  return rows.map(({ store_id, sku, day, units_sold, units_returned, sales }) => ({
    ...{ storeId: store_id, sku, day, sales },
    unitsSold: units_sold,
    unitsReturned: units_returned,
  }))
}
