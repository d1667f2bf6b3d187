import { expect, test } from 'vitest'
import { progressLine } from './read-progress.ts'

const newest = { epoch: 1, seq: 5_000 }

test('progress names how far each store is back', () => {
  expect(
    progressLine([
      { id: 'store-1', applied: { epoch: 1, seq: 1_200 }, newest, isProved: false, why: null },
      { id: 'store-2', applied: newest, newest, isProved: true, why: null },
      { id: 'store-3', applied: null, newest: null, isProved: false, why: null },
      { id: 'store-4', applied: newest, newest: { epoch: 2, seq: 30 }, isProved: false, why: null },
    ]),
  ).toBe(
    'store-1 seq 1200 of 5000, store-2 back, store-3 seq 0 of unknown, store-4 seq 5000 of 30 in epoch 1 of 2',
  )
})
