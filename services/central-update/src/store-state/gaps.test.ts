import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coveredTo, type Gaps, gapAt, missingIn, withGap, withoutSeq } from './gaps.ts'

test('filled in any order, the gaps hold exactly the numbers that are still missing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 30 })), (coming) => {
      let gaps: Gaps = withGap([], { epoch: 1, fromSeq: 1, toSeq: 30, seenAtUs: 0 })
      const missing = new Set(Array.from({ length: 30 }, (_, index) => index + 1))
      for (const seq of coming) {
        gaps = withoutSeq(gaps, gapAt(gaps, seq), seq)
        missing.delete(seq)
      }
      for (let seq = 1; seq <= 30; seq += 1) expect(gapAt(gaps, seq) >= 0).toBe(missing.has(seq))
      expect(missingIn(gaps)).toBe(missing.size)
      const firstMissing = Math.min(31, ...missing)
      expect([coveredTo(gaps, firstMissing - 1), coveredTo(gaps, firstMissing)]).toEqual([
        true,
        missing.size === 0,
      ])
    }),
  )
})

test('no gap is made of no numbers', () => {
  expect(withGap([], { epoch: 1, fromSeq: 5, toSeq: 4, seenAtUs: 0 })).toEqual([])
})
