import { expect, test } from 'vitest'
import { createLevelMemory } from './level-memory.ts'
import { type Cursor, newCursor, type StockRow } from './store-state.ts'

const cursorAt = (updatedAtUs: number, change: Partial<Cursor> = {}): Cursor => ({
  ...newCursor('store-1', updatedAtUs),
  ...change,
})
const level = (sku: string, onHand: number): StockRow => {
  return { storeId: 'store-1', sku, onHand, held: 0, epoch: 1, seq: 1, updatedAtUs: 0 }
}

test('levels are known while the cursor stands where they were left', () => {
  const memory = createLevelMemory()
  expect(memory.recall(cursorAt(1), ['A'])).toEqual([])
  memory.keep(cursorAt(0), cursorAt(1), [level('A', 1), level('B', 2)])
  memory.keep(cursorAt(1), cursorAt(2), [level('A', 3)])
  expect(memory.recall(cursorAt(2), ['A', 'B', 'C'])).toEqual([level('A', 3), level('B', 2)])
})

test.each([
  ['later', cursorAt(3)],
  ['earlier, as after a restore of the database', cursorAt(1)],
  ['at another number', cursorAt(2, { seq: 7 })],
  ['with another sum', cursorAt(2, { checksum: 7n })],
])('a cursor found %s makes it forget all levels of the store, for good', (_, found) => {
  const memory = createLevelMemory()
  memory.keep(cursorAt(1), cursorAt(2), [level('A', 3)])
  expect(memory.recall(found, ['A'])).toEqual([])
  memory.keep(found, cursorAt(9), [level('B', 4)])
  expect(memory.recall(cursorAt(9), ['A', 'B'])).toEqual([level('B', 4)])
})

test('a cursor found elsewhere is noticed, too, by a transaction that asked for no level and wrote none', () => {
  const memory = createLevelMemory()
  memory.keep(cursorAt(1), cursorAt(2), [level('A', 3)])
  memory.keep(cursorAt(5), cursorAt(6), [])
  expect(memory.recall(cursorAt(6), ['A'])).toEqual([])
})

test('another store is not concerned, and no more is kept than may be', () => {
  const memory = createLevelMemory(2)
  memory.keep(cursorAt(0), cursorAt(1), [level('A', 1)])
  const other = (updatedAtUs: number) => cursorAt(updatedAtUs, { storeId: 'store-2' })
  memory.keep(other(4), other(5), [{ ...level('A', 9), storeId: 'store-2' }])
  expect(memory.recall(other(9), ['A'])).toEqual([])
  expect(memory.recall(cursorAt(1), ['A'])).toEqual([level('A', 1)])
  memory.keep(cursorAt(1), cursorAt(2), [level('B', 1), level('C', 1)])
  expect(memory.recall(cursorAt(2), ['A', 'B', 'C'])).toEqual([level('B', 1), level('C', 1)])
})
