import { expect, test } from 'vitest'
import type { Projection } from '../projections/projection.ts'
import { sampleStore } from '../testing/sample-store.ts'
import { createRoom, urgencyBy } from './batch-room.ts'

const U = true
const room = { liveRecords: 2_000, mostRecords: 50_000 }

test.each<[string, [number, boolean?][], boolean[]]>([
  ['up to its size', [[30_000], [20_000], [1]], [true, true, false]],
  ['the first slice, however large', [[60_000], [1]], [true, false]],
  ['no more than live size with an urgent slice', [[500, U], [1_500], [500]], [true, true, false]],
  ['no urgent slice once it is beyond live size', [[1_900], [500, U]], [true, false]],
  ['the first slice, however large and urgent', [[2_500, U], [1]], [true, false]],
])('a batch takes %s', (_, slices, taken) => {
  const { take } = createRoom(room)
  expect(slices.map(([records, isUrgent = false]) => take(records, isUrgent))).toEqual(taken)
})

test('a batch that is refused an urgent slice stays open for others', () => {
  const { take, isFull } = createRoom(room)
  take(5_000, false)
  expect(take(500, U)).toBe(false)
  expect([isFull(), take(40_000, false)]).toEqual([false, true])
})

test('a slice is urgent when a projection marks one of its entries', () => {
  const store = sampleStore()
  const [sale, hold] = [store.receive('A', 1), store.entry('hold', 'A', 0)]
  const slice = (records: (typeof sale)[]) => ({ partition: 0, records, nextOffset: 9, behind: 0 })
  const quiet = {} as Projection
  const promises = { isUrgent: ({ kind }) => kind === 'hold' } as Projection
  expect(urgencyBy([quiet, promises])(slice([sale, hold]))).toBe(true)
  expect(urgencyBy([quiet, promises])(slice([sale, store.beat(1)]))).toBe(false)
  expect(urgencyBy([quiet])(slice([hold]))).toBe(false)
})
