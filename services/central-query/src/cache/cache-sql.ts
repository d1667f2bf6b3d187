import { PARTS, type Proof } from '@shelfwire/central'
import { isoOfDatetime } from '@shelfwire/contracts'
import { type Reader, select, selectByKeys, type Transaction } from '@shelfwire/mysql'
import type { CachedSku } from './stock-cache.ts'

const EVERY_PART = Array.from({ length: PARTS }, (_, part) => part)

/** What is proved about every store; one that has joined and sent nothing yet is there with nothing proved. */
export async function selectProofs(reader: Reader): Promise<Map<string, Proof>> {
  const rows = await reader.rows<{
    store_id: string
    as_of: number | null
    suspect_reason: string | null
    rebuilding: number | null
  }>(
    `SELECT stores.store_id, cursors.as_of, cursors.suspect_reason, cursors.rebuilding
     FROM stores
     LEFT JOIN cursors ON cursors.part = stores.part AND cursors.store_id = stores.store_id
     ORDER BY stores.store_id`,
  )
  return new Map(
    rows.map(({ store_id, as_of, suspect_reason, rebuilding }) => [
      store_id,
      { asOfUs: as_of ?? 0, suspect: suspect_reason, rebuilding: rebuilding === 1 },
    ]),
  )
}

interface LevelRow {
  sku: string
  store_id: string
  on_hand: number
  held: number
  pending: number
  updated_at: string
}

/** The SKUs' levels and categories; one for each that was asked, empty when no store and no catalogue row has it. */
export async function selectSkus(trx: Transaction, skus: readonly string[]): Promise<CachedSku[]> {
  const [products, levels] = await trx.together([
    selectByKeys(skus, (slice) =>
      select<{ sku: string; category: string | null }>(
        'SELECT sku, category FROM products WHERE sku IN (?)',
        [slice],
      ),
    ),
    selectByKeys(skus, (slice) =>
      select<LevelRow>(
        `SELECT sku, store_id, on_hand, held, pending, updated_at FROM stock
         WHERE part IN (?) AND sku IN (?) ORDER BY store_id`,
        [EVERY_PART, slice],
      ),
    ),
  ])
  const found = new Map<string, CachedSku>(
    skus.map((sku) => [sku, { sku, inCatalogue: false, category: null, levels: [] }]),
  )
  for (const { sku, category } of products) {
    const known = found.get(sku)
    if (known !== undefined) Object.assign(known, { inCatalogue: true, category })
  }
  for (const { sku, store_id, on_hand, held, pending, updated_at } of levels) {
    const updatedAt = isoOfDatetime(updated_at)
    found.get(sku)?.levels.push({ storeId: store_id, onHand: on_hand, held, pending, updatedAt })
  }
  return [...found.values()]
}
