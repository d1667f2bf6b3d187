import { seededRandom, zipfRank } from '../harness/random.ts'

export interface ShopDay {
  seed: number
  seconds: number
  perSecond: number
  skus: number
  unitsPerSku: number
  /** The share of customers who buy in the web shop; the others buy in the store. */
  webShare: number
  /** The time whose levels the web shop sees at `atMs`. */
  seenAsOfMs: (atMs: number) => number
}

/** The web shop sees the levels of the newest export; importing takes no time, which favours the export. */
export function batchExport(everyMs: number): ShopDay['seenAsOfMs'] {
  return (atMs) => Math.floor(atMs / everyMs) * everyMs
}

/** The web shop sees every level with the same delay. */
export function streamed(lagMs: number): ShopDay['seenAsOfMs'] {
  return (atMs) => atMs - lagMs
}

interface Sku {
  units: number
  /** The times at which the last units were sold; only those the web shop may not know of matter. */
  soldAtMs: number[]
}

/**
 * Simulates one store's customers in order, the same for every delay. The web shop sells while it sees a level above
 * zero. It knows its own orders at once, and the store's sales with the delay. Returns the web orders, and how many of
 * them had no unit left.
 */
export function sellAcrossTheWeb(day: ShopDay): { orders: number; oversold: number } {
  const { seconds, perSecond, seenAsOfMs } = day
  const random = seededRandom(day.seed)
  const rank = zipfRank(day.skus, random)
  const shelf = Array.from({ length: day.skus }, (): Sku => ({ units: day.unitsPerSku, soldAtMs: [] }))
  let orders = 0
  let oversold = 0
  for (let customer = 0; customer < seconds * perSecond; customer += 1) {
    const atMs = (customer / perSecond) * 1_000
    const sku = shelf[rank()] as Sku
    const buysOnTheWeb = random() < day.webShare
    if (!buysOnTheWeb) {
      if (sku.units === 0) continue
      sku.units -= 1
      sku.soldAtMs.push(atMs)
      continue
    }
    const asOfMs = seenAsOfMs(atMs)
    while (sku.soldAtMs.length > 0 && (sku.soldAtMs[0] ?? 0) <= asOfMs) sku.soldAtMs.shift()
    const seen = sku.units + sku.soldAtMs.length
    if (seen === 0) continue
    orders += 1
    if (sku.units > 0) sku.units -= 1
    else {
      oversold += 1
      // The web shop subtracts its own orders from the level that it sees.
      sku.soldAtMs.pop()
    }
  }
  return { orders, oversold }
}
