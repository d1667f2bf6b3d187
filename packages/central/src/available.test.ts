import fc from 'fast-check'
import { expect, test } from 'vitest'
import { available } from './available.ts'

test.each([
  ['a full shelf, nothing kept back', { onHand: 10, held: 0, pending: 0, margin: 0 }, 10],
  ['units kept out of the promise', { onHand: 10, held: 0, pending: 0, margin: 3 }, 7],
  ['units on hold, promised and kept back', { onHand: 10, held: 2, pending: 1, margin: 3 }, 4],
  ['exactly nothing left', { onHand: 10, held: 4, pending: 3, margin: 3 }, 0],
  ['more promised than there is', { onHand: 1, held: 1, pending: 5, margin: 3 }, 0],
  ['an empty shelf', { onHand: 0, held: 0, pending: 0, margin: 3 }, 0],
])('%s', (_case, parts, units) => {
  expect(available(parts)).toBe(units)
})

test('available is never below zero or above what is in the store', () => {
  const units = fc.nat({ max: 1_000_000 })
  fc.assert(
    fc.property(fc.record({ onHand: units, held: units, pending: units, margin: units }), (parts) => {
      expect(available(parts)).toBeGreaterThanOrEqual(0)
      expect(available(parts)).toBeLessThanOrEqual(parts.onHand)
    }),
  )
})
