import { hash } from 'node:crypto'

/** A stream of numbers that is the same every time for the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

/** Mulberry32: one 32-bit state, good enough to draw baskets and faults from. */
export function randomFrom(seed: string): Random {
  let state = hash('sha256', seed, 'buffer').readUInt32BE(0)
  function fraction(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    chance: (probability) => fraction() < probability,
    pick(list) {
      const item = list[Math.floor(fraction() * list.length)]
      if (item === undefined) throw new RangeError('there is nothing to pick from')
      return item
    },
  }
}

/** Draws ranks from 0 up: rank `r` is as frequent as `1 / (r + 1) ** exponent`, so that a few are hot. */
export function zipf(count: number, exponent: number): (random: Random) => number {
  const bounds: number[] = []
  let sum = 0
  for (let rank = 0; rank < count; rank += 1) {
    sum += 1 / (rank + 1) ** exponent
    bounds.push(sum)
  }
  return (random) => {
    const drawn = random.fraction() * sum
    return bounds.findIndex((bound) => drawn < bound)
  }
}
