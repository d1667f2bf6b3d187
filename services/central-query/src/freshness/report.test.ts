import { expect, test } from 'vitest'
import { type StoreReport, summarise, worseFirst } from './report.ts'

const store = (storeId: string, report: Partial<StoreReport> = {}): StoreReport => ({
  ...{ storeId, state: 'fresh', asOf: null, ageMs: 400, slaMs: 5_000, why: null },
  ...{ name: null, place: null, cursor: null, missing: 0, parked: 0, openCommands: 0 },
  ...{ lastLagMs: null, clockSkewMs: null, connector: null },
  ...report,
})
const behind = (storeId: string, ageMs: number, state: 'stale' | 'offline') =>
  store(storeId, { ageMs, state, why: 'Connect does not answer' })

test('the store furthest behind comes first, and fresh stores are sorted by name', () => {
  const stores = [
    store('store-3', { ageMs: 900 }),
    behind('store-2', 7_000, 'stale'),
    store('store-1', { ageMs: 100 }),
    behind('store-5', 90_000, 'offline'),
    behind('store-4', 41_000, 'stale'),
    store('store-6', { state: 'stale', suspect: 'a record differs', ageMs: 300 }),
  ]
  expect(stores.sort(worseFirst).map(({ storeId }) => storeId)).toEqual([
    ...['store-5', 'store-6', 'store-4', 'store-2', 'store-1', 'store-3'],
  ])
})

test.each([
  [[], 'no store has joined yet'],
  [[store('store-1')], 'the store is fresh'],
  [[store('store-1'), store('store-2')], 'all 2 stores are fresh'],
  [
    [store('store-1', { why: 'connector store-1 is FAILED' }), store('store-2')],
    'all 2 stores are fresh, but store-1 is in trouble: connector store-1 is FAILED',
  ],
  [[behind('store-2', 41_000, 'stale'), store('store-1')], 'store-2 is 41 s behind: Connect does not answer'],
  [
    [behind('store-2', 600_000, 'offline'), behind('store-1', 7_000, 'stale')],
    '2 of 2 stores are behind. store-2 is 10 min behind: Connect does not answer',
  ],
  [
    [store('store-1', { state: 'offline', ageMs: null, why: 'no beat' })],
    'store-1 has sent no beat yet: no beat',
  ],
])('the summary of the stores is one line (%#)', (stores, summary) => {
  expect(summarise(stores)).toBe(summary)
})
