import { expect, test } from 'vitest'
import { randomFrom, zipf } from './random.ts'
import { drawRequest, skusOf } from './workload/draw-request.ts'

test('the same seed draws the same requests, another seed different ones', () => {
  const draw = (seed: string) => {
    const random = randomFrom(seed)
    const occasion = { storeId: 'store-1', key: 'k', skus: skusOf('s'), nowMs: 0 }
    return Array.from({ length: 50 }, () => drawRequest(random, occasion))
  }
  expect(draw('a')).toEqual(draw('a'))
  expect(draw('a')).not.toEqual(draw('b'))
})

test('ten hot SKUs of two hundred get about half of the lines', () => {
  const random = randomFrom('zipf')
  const rankOf = zipf(200, 1.05)
  const ranks = Array.from({ length: 20_000 }, () => rankOf(random))
  const hot = ranks.filter((rank) => rank < 10).length / ranks.length
  expect(hot).toBeGreaterThan(0.45)
  expect(hot).toBeLessThan(0.6)
})
