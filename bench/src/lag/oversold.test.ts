import { expect, test } from 'vitest'
import { batchExport, sellAcrossTheWeb, streamed } from './oversold.ts'

const day = { seed: 1, seconds: 1_800, perSecond: 50, skus: 500, unitsPerSku: 40, webShare: 0.3 }

test('a web shop that sees every sale at once oversells nothing', () => {
  expect(sellAcrossTheWeb({ ...day, seenAsOfMs: streamed(0) }).oversold).toBe(0)
})

test('the older the levels that it sees, the more units it oversells', () => {
  const late = sellAcrossTheWeb({ ...day, seenAsOfMs: streamed(1_000) })
  const batch = sellAcrossTheWeb({ ...day, seenAsOfMs: batchExport(900_000) })
  expect(late.oversold).toBeGreaterThan(0)
  expect(batch.oversold).toBeGreaterThan(10 * late.oversold)
})
