import { skuOf } from '../catalogue/sku.ts'
import { pick } from '../random.ts'
import type { Basket } from './read-baskets.ts'

/** Which baskets are sold, and where. */
export interface Spread {
  baskets: readonly Basket[]
  stores: number
  seed: string
  /** How many are sold in all; beyond the last basket it begins with the first again. */
  count: number
}

/** The numbers (from 0) of the sales of one store (from 0), ascending; the same every time for the same seed. */
export function* salesOf({ stores, seed, count }: Spread, store: number): Generator<number> {
  for (let number = 0; number < count; number += 1) {
    if (pick(seed, number, stores) === store) yield number
  }
}

/** The SKUs of a sale's basket, one for each line. */
export function linesOf({ baskets }: Spread, number: number): string[] {
  return (baskets[number % baskets.length] ?? []).map(skuOf)
}

/** The units of each SKU that these sales take. */
export function needOf(spread: Spread, numbers: readonly number[]): Map<string, number> {
  const need = new Map<string, number>()
  for (const sku of numbers.flatMap((number) => linesOf(spread, number))) {
    need.set(sku, (need.get(sku) ?? 0) + 1)
  }
  return need
}
