import { describe, expect, test } from 'vitest'
import { audit, type LedgerSale, percentile } from './audit.ts'

const expected = new Map([
  ['sale-1', new Map([['A', 1]])],
  ['sale-2', new Map([['A', 2], ['B', 1]])],
]) // biome-ignore format: one sale a line
const row = (requestId: string, sku: string, units: number): LedgerSale => ({
  ...{ requestId, sku, onHandDelta: -units },
  lagMs: units,
})
const ledger = [row('sale-1', 'A', 1), row('sale-2', 'A', 2), row('sale-2', 'B', 1)]

describe('what central has of a run', () => {
  test('a run is sound when every acknowledged sale is in the ledger once', () => {
    expect(audit(expected, ledger)).toEqual({ lost: [], repeated: [], lagsMs: [1, 1, 2] })
  })

  test('an acknowledged sale that is missing, or lacks one of its lines, counts as lost', () => {
    expect(audit(expected, ledger.slice(1)).lost).toEqual(['sale-1'])
    expect(audit(expected, ledger.slice(0, 2)).lost).toEqual(['sale-2'])
  })

  test('a sale that is in the ledger twice counts as repeated', () => {
    expect(audit(expected, [...ledger, row('sale-1', 'A', 1)]).repeated).toEqual(['sale-1'])
  })

  test('a sale that no store acknowledged counts as repeated', () => {
    expect(audit(expected, [...ledger, row('sale-3', 'A', 1)]).repeated).toEqual(['sale-3'])
  })
})

test('a percentile is one of the measured values', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  expect([0, 0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 95, 99, 100])
  expect(percentile([7], 0.99)).toBe(7)
  expect(percentile([], 0.5)).toBeNull()
})
