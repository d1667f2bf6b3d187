import type { Difference, StoreComparison } from '@shelfwire/verify'
import Table from 'cli-table3'

const MOST_SHOWN = 20
/** No colours: tables are also read in files. */
export const PLAIN = { head: [], border: [] }

/** A table of what was compared, for people. */
export function comparisonTable(comparisons: readonly StoreComparison[]): string {
  const table = new Table({ head: ['store', 'stock rows', 'entries', 'differences'], style: PLAIN })
  for (const { storeId, rows, entries, differences } of comparisons) {
    table.push([storeId, rows, entries, differences.length])
  }
  return table.toString()
}

/** The differences one by one, the first of many; an empty text when there are none. */
export function differencesText(comparisons: readonly StoreComparison[]): string {
  const all = comparisons.flatMap(({ differences }) => differences)
  const lines = all.slice(0, MOST_SHOWN).map(lineOf)
  if (all.length > MOST_SHOWN) lines.push(`… and ${all.length - MOST_SHOWN} more`)
  return lines.join('\n')
}

function lineOf({ storeId, where, field, store, central }: Difference): string {
  return `${storeId}, ${where}, ${field}: store ${store ?? 'has none'}, central ${central ?? 'has none'}`
}
