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

test('a store without a beat is offline, and its age is unknown', () => {
  const unheard = { asOfUs: 0, suspect: null }
  expect(freshnessOf(unheard, clock)).toMatchObject({ state: 'offline', asOfUs: null, ageMs: null })
})

test('I12: a suspect store is never fresh, however recent its beat', () => {
  expect(freshnessOf(proof(0, '3 entries missing'), clock)).toMatchObject({
    state: 'stale',
    suspect: '3 entries missing',
  })
})

test('I12: the bound between the clocks is added to an age', () => {
  expect(freshnessOf(proof(4_900), { ...clock, clockBoundMs: 101 }).state).toBe('stale')
})

test('a proof from the future, within the bound between the clocks, has the bound as its age', () => {
  expect(freshnessOf(proof(-7), { ...clock, clockBoundMs: 7 })).toMatchObject({ state: 'fresh', ageMs: 7 })
})

test.each([8, 2_000, 30_000, 3_600_000])('I12: a proof from %i ms ahead proves nothing', (aheadMs) => {
  const freshness = freshnessOf(proof(-aheadMs), { ...clock, clockBoundMs: 7 })
  expect(freshness).toMatchObject({ state: 'offline', asOfUs: null, ageMs: null })
})

test.each([
  [0, 'stale'],
  [59_999, 'stale'],
  [60_000, 'offline'],
])(
  'I12: without a checked bound between the clocks a proof %i ms old is %s, and has no age',
  (ageMs, state) => {
    const freshness = freshnessOf(proof(ageMs), { ...clock, clockBoundMs: null })
    expect(freshness).toMatchObject({ state, ageMs: null })
  },
)

test('I12: fresh is never said beyond the SLA, whatever the clocks', () => {
  const anyAge = fc.integer({ min: -4_000_000, max: 200_000 })
  const anyBound = fc.option(fc.nat({ max: 200_000 }))
  fc.assert(
    fc.property(anyAge, anyBound, fc.option(fc.string()), (ageMs, clockBoundMs, suspect) => {
      const freshness = freshnessOf(proof(ageMs, suspect), { ...clock, clockBoundMs })
      if (freshness.state !== 'fresh') return
      // `ageMs` is at least the true age, because no clock was wrong by more than the bound.
      const oldestMs = ageMs + (clockBoundMs ?? Number.POSITIVE_INFINITY)
      expect(freshness.ageMs).toBeGreaterThanOrEqual(oldestMs)
      expect(freshness.ageMs).toBeLessThanOrEqual(5_000)
      expect([ageMs >= -(clockBoundMs ?? 0), suspect]).toEqual([true, null])
    }),
  )
})
