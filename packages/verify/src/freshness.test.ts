import { expect, test } from 'vitest'
import { isCaughtUp, type StoreFreshness } from './freshness.ts'

const goal = {
  storeId: 'store-1',
  applied: { epoch: 1, seq: 10 },
  asOfAfter: Date.parse('2026-05-01T09:30:00Z'),
}
const proved: StoreFreshness = {
  ...{ storeId: 'store-1', state: 'fresh', ageMs: 400, missing: 0, why: null },
  asOf: '2026-05-01T09:30:00.500Z',
  cursor: { epoch: 1, seq: 10 },
}

test.each<[string, StoreFreshness | undefined, boolean]>([
  ['a later ping is answered behind the last sale', proved, true],
  ['a later epoch has begun', { ...proved, cursor: { epoch: 2, seq: 1 } }, true],
  ['the last sale is not applied', { ...proved, cursor: { epoch: 1, seq: 9 } }, false],
  ['an entry before it is missing', { ...proved, missing: 1 }, false],
  ['the newest beat answers an earlier ping', { ...proved, asOf: '2026-05-01T09:30:00Z' }, false],
  ['no beat came yet', { ...proved, asOf: null }, false],
  ['the store is stale', { ...proved, state: 'stale' }, false],
  ['central does not know the store', undefined, false],
])('I12: whether central has caught up when %s', (_case, freshness, caughtUp) => {
  expect(isCaughtUp(goal, freshness)).toBe(caughtUp)
})
