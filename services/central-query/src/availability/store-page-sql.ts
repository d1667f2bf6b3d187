import { partOf } from '@shelfwire/central'
import { isoOfDatetime } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import type { CachedLevel } from '../cache/stock-cache.ts'
import { build, readRows } from '../page-query.ts'

/** One SKU of a store's page. */
export interface PageLevel extends CachedLevel {
  sku: string
  category: string | null
}

/** A store's levels in the order of SKUs, after the SKU `after`. */
export async function selectPageLevels(
  trx: Transaction,
  wish: { storeId: string; after: string | undefined; limit: number; inStock: boolean },
): Promise<PageLevel[]> {
  const { storeId, after, limit, inStock } = wish
  const query = build('stock')
    .leftJoin('products', 'products.sku', 'stock.sku')
    .where({ part: partOf(storeId), store_id: storeId })
    .select('stock.sku', 'on_hand', 'held', 'pending', 'stock.updated_at', 'category')
    .orderBy('stock.sku')
    .limit(limit)
  if (after !== undefined) query.where('stock.sku', '>', after)
  // Leaves out only rows that are unavailable with every margin, since margins are 0 or more.
  if (inStock) query.whereRaw('on_hand > held + pending')
  const rows = await readRows<{
    sku: string
    on_hand: number
    held: number
    pending: number
    updated_at: string
    category: string | null
  }>(trx, query)
  return rows.map(({ sku, on_hand, held, pending, updated_at, category }) => ({
    ...{ sku, category, storeId, held, pending },
    onHand: on_hand,
    updatedAt: isoOfDatetime(updated_at),
  }))
}
