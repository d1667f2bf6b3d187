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

const DAY_US = 86_400_000_000

/** The sums of entries that are new to the ledger, to be added to what is there. */
export function dailySales(entries: Iterable<Entry>): DailySales[] {
  const sums = new Map<string, DailySales>()
  for (const { storeId, sku, kind, onHandDelta, occurredAtUs } of entries) {
    if (sku === null || (kind !== 'sale' && kind !== 'return')) continue
    const dayNumber = Math.floor(occurredAtUs / DAY_US)
    const key = `${storeId}\0${dayNumber}\0${sku}`
    let sum = sums.get(key)
    if (sum === undefined) {
      const day = new Date((dayNumber * DAY_US) / 1_000).toISOString().slice(0, 10)
      sum = { storeId, sku, day, unitsSold: 0, unitsReturned: 0, sales: 0 }
      sums.set(key, sum)
    }
    if (kind === 'return') {
      sum.unitsReturned += onHandDelta
    } else {
      sum.unitsSold -= onHandDelta
      sum.sales += 1
    }
  }
  return [...sums.values()]
}
