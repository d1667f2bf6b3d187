import { seededRandom, zipfRank } from '../harness/random.ts'

export interface ShopDay {
  seed: number
  seconds: number
  perSecond: number
  skus: number
  unitsPerSku: number
  /** Of all customers, how many buy in the web shop; the others take goods off the shelf. */
  webShare: number
  /** At `atMs` the web shop sees levels as they were at this time. */
  seenAsOfMs: (atMs: number) => number
}

/** The web shop sees levels as the newest export had them; importing takes no time, in the batch's favour. */
export function batchExport(everyMs: number): ShopDay['seenAsOfMs'] {
  return (atMs) => Math.floor(atMs / everyMs) * everyMs
}

/** The web shop sees levels this much late, always. */
export function streamed(lagMs: number): ShopDay['seenAsOfMs'] {
  return (atMs) => atMs - lagMs
}

interface Sku {
  units: number
  /** When the last units went, one time for each; only those matter that the web shop may not know of. */
  soldAtMs: number[]
}

/**
 * One shop's customers one after the other, on a clock of its own: the same for every way of looking. The web shop
 * sells every SKU that it sees above zero. It knows its own sales at once, and those in the shop when it sees the new level.
 * Returns the web orders taken, and those of them for which there was no unit any more.
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
      // It counts its own order against what it sees, so it sells no unit twice that it knows of.
      sku.soldAtMs.pop()
    }
  }
  return { orders, oversold }
}
