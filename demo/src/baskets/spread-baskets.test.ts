import { describe, expect, test } from 'vitest'
import { parseBaskets, readBaskets } from './read-baskets.ts'
import { linesOf, needOf, type Spread, salesOf } from './spread-baskets.ts'

const spread: Spread = {
  baskets: [['whole milk', 'soda'], ['soda']],
  stores: 3,
  seed: '1',
  count: 3_000,
}
const storesOf = (of: Spread) => [0, 1, 2].map((store) => [...salesOf(of, store)])

test('there are 9,835 baskets with 43,367 lines, and no name ends in a blank', async () => {
  const baskets = await readBaskets()
  expect(baskets).toHaveLength(9_835)
  expect(baskets.flat()).toHaveLength(43_367)
  expect(parseBaskets('cream cheese ,soda\n')).toEqual([['cream cheese', 'soda']])
})

describe('spread over three stores', () => {
  test('every basket is sold once, in one of the stores', () => {
    const numbers = storesOf(spread).flat()
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 3_000 }, (_, number) => number))
  })

  test('each of three stores gets about a third of the baskets', () => {
    for (const sales of storesOf(spread)) expect(Math.abs(sales.length - 1_000)).toBeLessThan(100)
  })

  test('the same seed spreads the baskets the same way, another one differently', () => {
    expect(storesOf(spread)).toEqual(storesOf({ ...spread }))
    expect(storesOf(spread)).not.toEqual(storesOf({ ...spread, seed: '2' }))
  })

  test('the first basket follows the last one', () => {
    expect(linesOf(spread, 2)).toEqual(['GRO-whole-milk', 'GRO-soda'])
  })

  test('a store receives the units of all baskets that it will sell', () => {
    expect(needOf(spread, [0, 1, 2])).toEqual(
      new Map([
        ['GRO-whole-milk', 2],
        ['GRO-soda', 3],
      ]),
    )
  })
})
