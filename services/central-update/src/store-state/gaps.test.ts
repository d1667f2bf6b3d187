import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coveredTo, type Holes, holeAt, missingIn, withHole, withoutSeq } from './gaps.ts'

test('filled in any order, the holes hold exactly the numbers that are still missing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 30 })), (coming) => {
      let holes: Holes = withHole([], { epoch: 1, fromSeq: 1, toSeq: 30, seenAtUs: 0 })
      const missing = new Set(Array.from({ length: 30 }, (_, index) => index + 1))
      for (const seq of coming) {
        holes = withoutSeq(holes, holeAt(holes, seq), seq)
        missing.delete(seq)
      }
      for (let seq = 1; seq <= 30; seq += 1) expect(holeAt(holes, seq) >= 0).toBe(missing.has(seq))
      expect(missingIn(holes)).toBe(missing.size)
      const firstMissing = Math.min(31, ...missing)
      expect([coveredTo(holes, firstMissing - 1), coveredTo(holes, firstMissing)]).toEqual([
        true,
        missing.size === 0,
      ])
    }),
  )
})

test('no hole is made of no numbers', () => {
  expect(withHole([], { epoch: 1, fromSeq: 5, toSeq: 4, seenAtUs: 0 })).toEqual([])
})
