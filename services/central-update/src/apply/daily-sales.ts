import type { Entry } from '@shelfwire/contracts'

/** What one store sold of one SKU on one day. */
export interface DailySales {
  storeId: string
  sku: string
  /** The UTC day of `occurredAt`: `2026-05-01`. */
  day: string
  unitsSold: number
  unitsReturned: number
  sales: number
}

/** The sums of entries that are new to the ledger, to be added to what is there. */
export function dailySales(entries: Iterable<Entry>): DailySales[] {
  const sums = new Map<string, DailySales>()
  for (const { storeId, sku, kind, onHandDelta, occurredAtUs } of entries) {
    if (sku === null || (kind !== 'sale' && kind !== 'return')) continue
    const day = new Date(Math.floor(occurredAtUs / 1_000)).toISOString().slice(0, 10)
    const key = `${storeId}\0${day}\0${sku}`
    const sum = sums.get(key) ?? { storeId, sku, day, unitsSold: 0, unitsReturned: 0, sales: 0 }
    sums.set(key, sum)
    if (kind === 'return') {
      sum.unitsReturned += onHandDelta
    } else {
      sum.unitsSold -= onHandDelta
      sum.sales += 1
    }
  }
  return [...sums.values()]
}
