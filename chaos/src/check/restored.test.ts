import { expect, test } from 'vitest'
import type { Attempt, Result } from '../workload/request.ts'
import { keptAttempts, type Restored } from './restored.ts'

/** A backup that ends at seq 5 of epoch 1, begun at 1,000; the store was back with it at 9,000. */
const restored: Restored = {
  ...{ storeId: 'store-1', epoch: 1, seq: 5, openedEpoch: 3 },
  ...{ madeAt: 1_000, backAt: 9_000 },
}

function attempt(result: Result, answeredAt: number, entry?: { epoch: number; seq: number }): Attempt {
  const answer = entry === undefined ? null : { entries: [{ sku: 'milk', kind: 'sale', ...entry }] }
  return {
    request: { storeId: 'store-1', key: 'k', kind: 'sale', body: { lines: [] } },
    ...{ sentAt: answeredAt - 10, answeredAt, result, status: null, answer },
  }
}

test.each<[string, Attempt, Result]>([
  ['a sale that the backup has', attempt('ok', 1_500, { epoch: 1, seq: 5 }), 'ok'],
  ['a sale after the backup', attempt('ok', 1_500, { epoch: 1, seq: 6 }), 'unknown'],
  ['a sale of an epoch after the backup', attempt('ok', 5_000, { epoch: 2, seq: 1 }), 'unknown'],
  ['a sale of the epoch that was opened', attempt('ok', 8_900, { epoch: 3, seq: 9 }), 'ok'],
  ['a refusal before the backup', attempt('refused', 900), 'refused'],
  ['a refusal after the backup', attempt('refused', 1_500), 'unknown'],
  ['a refusal since the store is back', attempt('refused', 9_100), 'refused'],
])('what a restored store still knows of %s', (_, before, after) => {
  expect(keptAttempts([before], [restored])[0]?.result).toBe(after)
})

test('a store that was never restored keeps every answer', () => {
  const attempts = [attempt('ok', 1_500, { epoch: 1, seq: 6 }), attempt('refused', 1_500)]
  expect(keptAttempts(attempts, [])).toBe(attempts)
})
