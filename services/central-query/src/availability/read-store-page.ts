import { type FreshnessClock, indexMargins } from '@shelfwire/central'
import { inSnapshot, type Pool } from '@shelfwire/mysql'
import { selectProofs } from '../cache/cache-sql.ts'
import { levelRow } from '../cache/level-row.ts'
import { selectMarginRulesFor } from '../cache/margin-rules-sql.ts'
import { viewFreshness } from '../freshness/freshness-view.ts'
import type { AvailabilityRow } from './availability-schemas.ts'
import { selectPageLevels } from './store-page-sql.ts'

export interface StorePageWish {
  storeId: string
  after: string | undefined
  limit: number
  inStock: boolean
}

export type StorePageRow = { sku: string } & AvailabilityRow

/** The most reads of the table for one page, when a filter leaves out most rows. */
const MAX_READS = 10

/**
 * One page of a store's stock, from the database: levels, margins and freshness are from one snapshot (I11). Undefined
 * when there is no such store, `rebuilding` while it is being rebuilt. `next` is the SKU after which the next page
 * begins, null at the end.
 */
export async function readStorePage(
  pool: Pool,
  { storeId, after, limit, inStock }: StorePageWish,
  clock: () => FreshnessClock,
): Promise<{ rows: StorePageRow[]; next: string | null } | 'rebuilding' | undefined> {
  return inSnapshot(pool, async (trx) => {
    const proof = (await selectProofs(trx)).get(storeId)
    if (proof === undefined) return undefined
    if (proof.rebuilding) return 'rebuilding'
    const rows: StorePageRow[] = []
    let from = after
    for (let read = 0; read < MAX_READS; read += 1) {
      const levels = await selectPageLevels(trx, { storeId, after: from, limit: limit + 1, inStock })
      const margins = indexMargins(await trx.ask(selectMarginRulesFor(storeId, levels)))
      const freshness = viewFreshness(proof, clock())
      for (const level of levels.slice(0, limit)) {
        if (rows.length === limit) return { rows, next: from ?? null }
        from = level.sku
        const row = levelRow(level, margins.unitsFor(level))
        if (!inStock || row.available > 0) rows.push({ sku: level.sku, ...row, freshness })
      }
      if (levels.length <= limit) return { rows, next: null }
    }
    return { rows, next: from ?? null }
  })
}
