import type { Entry } from '@shelfwire/contracts'
import { localDayIn, UTC } from './local-day.ts'

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

/** The IANA zones of stores, by store; one that isn't there is in UTC. */
export type Zones = ReadonlyMap<string, string>

/** The sums of entries that are new to the ledger, to be added to what is there. */
export function dailySales(entries: Iterable<Entry>, zones: Zones): DailySales[] {
  const sums = new Map<string, DailySales>()
  let dayOf = localDayIn(UTC)
  let dayOfStore = ''
  for (const { storeId, sku, kind, onHandDelta, occurredAtUs } of entries) {
    if (sku === null || (kind !== 'sale' && kind !== 'return')) continue
    // Entries come store by store.
    if (storeId !== dayOfStore) {
      dayOf = localDayIn(zones.get(storeId) ?? UTC)
      dayOfStore = storeId
    }
    const day = dayOf(occurredAtUs)
    const key = `${storeId}\0${day}\0${sku}`
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
