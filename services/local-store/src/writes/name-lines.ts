import type { Books } from '../journal/books.ts'
import { foldSku } from '../stock/level.ts'
import { sumLines } from './parse-write.ts'
import type { Write } from './write.ts'

/** What a store makes of a SKU that differs only in case from one it has: another slip, or the same goods. */
export const SKU_CASE_CONFLICTS = ['refuse', 'map'] as const
export type SkuCaseConflicts = (typeof SKU_CASE_CONFLICTS)[number]

/**
 * The write by the names that the store has for its SKUs, of two new ones by that of the first. The lines of a count
 * are all different SKUs, whatever their case: that was checked when it was parsed.
 */
export function nameLines(write: Write, books: Books): Write {
  const nameOf = new Map<string, string>()
  const lines = write.lines.map(({ sku, quantity }) => {
    const folded = foldSku(sku)
    const name = nameOf.get(folded) ?? books.stock.get(folded)?.sku ?? sku
    nameOf.set(folded, name)
    return { sku: name, quantity }
  })
  // Equal SKUs are one line: each would be judged by a level that the others use up as well.
  return { ...write, lines: sumLines(lines) }
}
