import { expect, test } from 'vitest'
import { createPatience, STUCK_AFTER_MS } from './patience.ts'
import type { StoreProgress } from './read-progress.ts'

const store = (seq: number, more: Partial<StoreProgress> = {}): StoreProgress => ({
  ...{
    id: 'store-1',
    applied: { epoch: 1, seq },
    newest: { epoch: 1, seq: 1_000 },
    isProved: false,
    isEqual: false,
    why: null,
  },
  ...more,
})

test('a store that comes further is waited for, however long it takes', () => {
  const patience = createPatience()
  for (let minute = 0; minute < 100; minute += 1)
    expect(patience.stuck([store(minute)], minute * STUCK_AFTER_MS)).toEqual([])
})

test('a store that comes no further for a minute is stuck', () => {
  const patience = createPatience()
  expect(patience.stuck([store(7)], 0)).toEqual([])
  expect(patience.stuck([store(7)], STUCK_AFTER_MS - 1)).toEqual([])
  expect(patience.stuck([store(7)], STUCK_AFTER_MS)).toEqual([store(7)])
})

test('one that is read to its end, sells on and is never proved equal is stuck', () => {
  const patience = createPatience()
  expect(patience.stuck([store(999)], 0)).toEqual([])
  for (let second = 1; second < 60; second += 1) {
    const seq = 1_000 + second
    const sellsOn = store(seq, { newest: { epoch: 1, seq } })
    expect(patience.stuck([sellsOn], second * 1_000)).toEqual([])
  }
  const why = 'suspect: the checksum differs at seq 1060'
  expect(patience.stuck([store(1_060, { why })], STUCK_AFTER_MS)).toMatchObject([{ why }])
})

test('a stuck store does not end the rebuild of one that makes progress', () => {
  const patience = createPatience()
  const [stuck, done] = [store(7), store(1_000, { id: 'store-2', isEqual: true })]
  for (let minute = 0; minute < 5; minute += 1) {
    const moving = store(minute, { id: 'store-3' })
    expect(patience.stuck([stuck, done, moving], minute * STUCK_AFTER_MS)).toEqual([])
  }
  expect(patience.stuck([stuck, done], 5 * STUCK_AFTER_MS)).toEqual([stuck])
})
