import { partOf } from '@shelfwire/central'
import type { Reader } from '@shelfwire/mysql'
import { afterKey, build, readRows } from '../page-query.ts'

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

const KEY = ['part', 'store_id', 'sku', 'day']

/** Sums in the order of (store, SKU, day), stores by part, behind `after`. */
export async function selectDailySales(reader: Reader, wish: DailySalesWish) {
  const query = build('central_view.daily_sales').select('*').orderBy(KEY).limit(wish.limit)
  if (wish.store !== undefined) query.where({ part: partOf(wish.store), store_id: wish.store })
  if (wish.sku !== undefined) query.where({ sku: wish.sku })
  if (wish.from !== undefined) query.where('day', '>=', wish.from)
  if (wish.to !== undefined) query.where('day', '<=', wish.to)
  const after = wish.after && [partOf(wish.after[0]), ...wish.after]
  const rows = await readRows<DailySalesRow>(reader, afterKey(query, KEY, after))
  return rows.map(({ store_id, sku, day, units_sold, units_returned, sales }) => ({
    ...{ storeId: store_id, sku, day, sales },
    unitsSold: units_sold,
    unitsReturned: units_returned,
  }))
}
