import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from './fields.ts'
import { cutText, fitsIn, textLength } from './text-length.ts'

test.each([
  ['', 0],
  ['abc', 3],
  ['e\u0301', 2],
  ['😀', 1],
  ['👩‍👧', 3],
  [`${'x'.repeat(63)}😀`, 64],
])('%j has %i code points', (text, length) => {
  expect(textLength(text)).toBe(length)
})

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '\u0301', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
})

test('text is measured and cut by code points, never inside one', () => {
  fc.assert(
    fc.property(anyText, fc.nat({ max: 20 }), (text, max) => {
      expect(fitsIn(text, max)).toBe(textLength(text) <= max)
      const cut = cutText(text, max)
      expect(text.startsWith(cut)).toBe(true)
      expect(textLength(cut)).toBe(Math.min(max, textLength(text)))
      expect(cut.isWellFormed()).toBe(text.isWellFormed())
    }),
  )
})

test('fields of requests measure text by code points too', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, max) => {
      const plain = plainText(1_000).safeParse(text).success
      expect(plainText(max).safeParse(text).success).toBe(plain && fitsIn(text, max))
    }),
  )
})
