import { appendFeed, COMMON_PART, type ProductChange } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import { decideProduct, type ProductOutcome, type ProductWish } from './decide-product.ts'
import type { Product } from './product.ts'
import {
  deleteProducts,
  foldSku,
  insertChanges,
  insertProducts,
  lockProducts,
  selectRevisions,
  updateProducts,
} from './products-sql.ts'

/**
 * Changes the catalogue in one transaction and returns an outcome for each wish, at its index; no SKU may be named twice.
 * Each change is kept with its caller and time; a wish that changes nothing writes nothing. Stock is not touched.
 */
export async function changeProducts(
  trx: Transaction,
  wishes: readonly ProductWish[],
  { caller, nowUs }: { caller: string; nowUs: number },
): Promise<ProductOutcome[]> {
  const skus = wishes.map(({ sku }) => sku)
  const existing = await lockProducts(trx, skus)
  const revisions = await selectRevisions(trx, skus)
  const outcomes = decideAll(wishes, existing)

  const created: Product[] = []
  const changed: Product[] = []
  const removed: string[] = []
  const changes: Parameters<typeof insertChanges>[1][number][] = []
  const followed: ProductChange[] = []
  for (const [index, outcome] of outcomes.entries()) {
    const sku = skus[index] ?? ''
    if (outcome.outcome === 'refused' || outcome.outcome === 'unchanged') continue
    const { outcome: kind, before, after } = outcome
    if (kind === 'created') created.push(after)
    if (kind === 'changed') changed.push(after)
    if (kind === 'removed') removed.push(sku)
    const revision = (revisions.get(sku) ?? 0) + 1
    changes.push({ sku, revision, kind, changedBy: caller, before: before ?? null, after: after ?? null })
    // Readers need what decides a margin and whether a SKU is known, not the price.
    if (kind !== 'changed' || before?.category !== after.category) {
      followed.push({ sku, inCatalogue: kind !== 'removed', category: after?.category ?? null })
    }
  }
  await insertProducts(trx, created, nowUs)
  await updateProducts(trx, changed, nowUs)
  await deleteProducts(trx, removed)
  await insertChanges(trx, changes, nowUs)
  appendFeed(trx, { part: COMMON_PART, changes: { products: followed }, nowUs })
  return outcomes
}

/** In order, each against what the ones before it leave: two new SKUs of one list may be twins, too. */
function decideAll(wishes: readonly ProductWish[], existing: readonly Product[]): ProductOutcome[] {
  const bySku = new Map(existing.map((product) => [product.sku, product]))
  const byFolded = new Map(existing.map(({ sku }) => [foldSku(sku), sku]))
  return wishes.map((wish) => {
    const outcome = decideProduct(wish, {
      before: bySku.get(wish.sku),
      twin: byFolded.get(foldSku(wish.sku)),
    })
    if (outcome.outcome === 'created') byFolded.set(foldSku(wish.sku), wish.sku)
    return outcome
  })
}
