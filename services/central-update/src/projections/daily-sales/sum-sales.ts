import type { Entry } from '@shelfwire/contracts'
import { localDayIn } from './local-day.ts'

/** What one store sold of one SKU on one day. */
export interface DailySales {
  storeId: string
  sku: string
  /** The day of `occurredAt` in the store's zone: `2026-05-01`. */
  day: string
  unitsSold: number
  unitsReturned: number
  sales: number
}

/** The sums of one store's entries, to be added to what the table has; `zone` is the IANA zone of its days. */
export function dailySalesOf(entries: readonly Entry[], zone: string): DailySales[] {
  const sums = new Map<string, DailySales>()
  const dayOf = localDayIn(zone)
  for (const { storeId, sku, kind, onHandDelta, occurredAtUs } of entries) {
    if (sku === null || (kind !== 'sale' && kind !== 'return')) continue
    const day = dayOf(occurredAtUs)
    const key = `${day}\0${sku}`
    let sum = sums.get(key)
    if (sum === undefined) {
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
