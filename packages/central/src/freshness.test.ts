import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freshnessOf } from './freshness.ts'

const NOW = Date.parse('2026-05-01T09:30:00Z')
const clock = { slaMs: 5_000, offlineMs: 60_000, nowMs: NOW, clockBoundMs: 0 }
const proof = (ageMs: number, suspect: string | null = null) => ({ asOfUs: (NOW - ageMs) * 1_000, suspect })

test.each([
  [0, 'fresh'],
  [5_000, 'fresh'],
  [5_001, 'stale'],
  [59_999, 'stale'],
  [60_000, 'offline'],
] as const)('I12: a store proved %i ms ago is %s', (ageMs, state) => {
  expect(freshnessOf(proof(ageMs), clock)).toMatchObject({ state, ageMs, slaMs: 5_000 })
})

test('a store that was never heard is offline, and nothing is said of its age', () => {
  const unheard = { asOfUs: 0, suspect: null }
  expect(freshnessOf(unheard, clock)).toMatchObject({ state: 'offline', asOfUs: null, ageMs: null })
})

test('I12: a suspect store is never fresh, however young', () => {
  expect(freshnessOf(proof(0, '3 entries missing'), clock)).toMatchObject({
    state: 'stale',
    suspect: '3 entries missing',
  })
})

test('I12: an age is widened by what the clocks may differ', () => {
  expect(freshnessOf(proof(4_900), { ...clock, clockBoundMs: 101 }).state).toBe('stale')
})

test('a proof that seems to come from the future is as old as the clocks may differ', () => {
  expect(freshnessOf(proof(-2_000), { ...clock, clockBoundMs: 7 }).ageMs).toBe(7)
})

test('I12: fresh is never said beyond the SLA, whatever the clocks', () => {
  const ms = fc.nat({ max: 200_000 })
  fc.assert(
    fc.property(ms, ms, fc.option(fc.string()), (ageMs, clockBoundMs, suspect) => {
      const { state } = freshnessOf(proof(ageMs, suspect), { ...clock, clockBoundMs })
      if (state === 'fresh') expect([ageMs + clockBoundMs <= 5_000, suspect]).toEqual([true, null])
    }),
  )
})
