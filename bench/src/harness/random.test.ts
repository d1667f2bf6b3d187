import { expect, test } from 'vitest'
import { seededRandom, zipfRank } from './random.ts'

test('the same seed draws the same load', () => {
  const [ours, peers] = [seededRandom(7), seededRandom(7)]
  for (let index = 0; index < 100; index += 1) expect(ours()).toBe(peers())
})

test('Zipf draws the first SKU about twice as often as the second', () => {
  const rank = zipfRank(1_000, seededRandom(1))
  const counts = new Array<number>(1_000).fill(0)
  for (let index = 0; index < 100_000; index += 1) {
    const drawn = rank()
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  expect((counts[0] ?? 0) / (counts[1] ?? 1)).toBeCloseTo(2, 0)
  expect(counts.length).toBe(1_000)
})
