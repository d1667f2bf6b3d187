import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf, EMPTY_CHECKSUM, formatChecksum, parseChecksum, replaceLevel } from './checksum.ts'

const level = fc.record({
  sku: fc.constantFrom('A', 'B', 'C', 'D'),
  onHand: fc.nat(5),
  held: fc.nat(5),
})

describe('the checksum of a store', () => {
  test('I3: a sum kept entry by entry equals the sum of the levels that are left, in any order', () => {
    fc.assert(
      fc.property(fc.array(level, { maxLength: 40 }), (changes) => {
        const levels = new Map<string, { sku: string; onHand: number; held: number }>()
        let kept = EMPTY_CHECKSUM
        for (const change of changes) {
          kept = replaceLevel(kept, levels.get(change.sku), change)
          levels.set(change.sku, change)
        }
        expect(kept).toBe(checksumOf([...levels.values()].reverse()))
      }),
    )
  })

  test('a SKU that is sold out adds as little to the checksum as one that never existed', () => {
    expect(checksumOf([{ sku: 'A', onHand: 0, held: 0 }])).toBe(EMPTY_CHECKSUM)
  })

  test('units moved from one SKU to another change the checksum', () => {
    const before = checksumOf([
      { sku: 'A', onHand: 2, held: 0 },
      { sku: 'B', onHand: 1, held: 0 },
    ])
    const after = checksumOf([
      { sku: 'A', onHand: 1, held: 0 },
      { sku: 'B', onHand: 2, held: 0 },
    ])
    expect(after).not.toBe(before)
  })

  test('a checksum is written as 16 hex characters, and any other text is refused', () => {
    expect(formatChecksum(255n)).toBe('00000000000000ff')
    expect(parseChecksum(formatChecksum(2n ** 64n - 1n))).toBe(2n ** 64n - 1n)
    for (const text of ['', 'ff', '00000000000000FF', '00000000000000fg']) {
      expect(() => parseChecksum(text)).toThrow(RangeError)
    }
  })
})
