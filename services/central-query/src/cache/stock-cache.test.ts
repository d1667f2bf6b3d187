import type { FeedChanges } from '@shelfwire/central'
import { expect, test } from 'vitest'
import { createMemory, type RememberedSku } from './stock-cache.ts'

const milk = (): RememberedSku => ({ sku: 'milk', inCatalogue: false, category: null, levels: [] })
const level = (storeId: string, onHand: number, sku = 'milk') => ({
  ...{ storeId, sku, onHand, held: 0, pending: 0, updatedAtUs: 1 },
})
const entry = (number: number, changes: FeedChanges) => ({ number, token: 10 * number, changes })

function openMemory(maxRows = 100) {
  const memory = createMemory({ maxRows })
  memory.restart({
    positions: [{ number: 7, token: 70 }],
    stores: new Map([['store-2', { asOfUs: 5, suspect: null, rebuilding: false }]]),
    margins: [],
  })
  memory.remember([milk()])
  let number = 7
  return { memory, apply: (changes: FeedChanges) => memory.apply(0, entry(++number, changes)) }
}

test('levels are kept in the order of stores, the newest of each', () => {
  const { memory, apply } = openMemory()
  apply({ stock: [level('store-2', 5), level('store-1', 4)] })
  apply({ stock: [level('store-3', 6), level('store-2', 8)] })
  const kept = memory.find('milk')?.levels.map(({ storeId, onHand }) => [storeId, onHand])
  expect(kept).toEqual([
    ['store-1', 4],
    ['store-2', 8],
    ['store-3', 6],
  ])
})

test('what a change does not speak of stays as it was', () => {
  const { memory, apply } = openMemory()
  apply({ stock: [{ ...level('store-1', 5), pending: 2 }] })
  const { pending: _, ...levels } = level('store-1', 4)
  apply({ stock: [levels, { ...levels, storeId: 'store-2' }] })
  expect(memory.find('milk')?.levels.map(({ onHand, pending }) => [onHand, pending])).toEqual([
    [4, 2],
    [4, 0],
  ])
})

test('I10: an entry that is known changes nothing', () => {
  const { memory, apply } = openMemory()
  apply({ stock: [level('store-1', 4)] })
  memory.apply(0, entry(8, { stock: [level('store-1', 99)] }))
  memory.apply(0, entry(3, { stock: [level('store-1', 98)] }))
  expect(memory.find('milk')?.levels[0]?.onHand).toBe(4)
  expect(memory.positions).toEqual([{ number: 8, token: 80 }])
})

test('I14: an entry that is missing is never skipped in silence', () => {
  const { memory } = openMemory()
  expect(() => memory.apply(0, entry(9, {}))).toThrow('feed entry 8 of part 0 is missing before 9')
})

test('a store that joins has nothing proved; one that is named anew keeps its proof', () => {
  const { memory, apply } = openMemory()
  apply({ stores: [{ storeId: 'store-1' }, { storeId: 'store-2' }] })
  expect(memory.stores.get('store-1')).toEqual({ asOfUs: 0, suspect: null, rebuilding: false })
  expect(memory.stores.get('store-2')).toEqual({ asOfUs: 5, suspect: null, rebuilding: false })
})

test('the SKU not asked for longest is forgotten first', () => {
  const { memory } = openMemory(2)
  memory.remember([{ ...milk(), sku: 'bread' }])
  memory.find('milk')
  memory.remember([{ ...milk(), sku: 'eggs' }])
  expect(['milk', 'bread', 'eggs'].map((sku) => memory.find(sku) !== undefined)).toEqual([true, false, true])
})

test('what is remembered is bounded by rows, SKU by store, also where a SKU comes to more stores', () => {
  const { memory, apply } = openMemory(10)
  memory.remember([{ ...milk(), sku: 'bread' }])
  memory.find('milk')
  expect(memory.rows).toBe(2)
  apply({ stock: ['store-1', 'store-2', 'store-3'].map((storeId) => level(storeId, 1)) })
  // The same levels again are no more rows.
  apply({ stock: ['store-1', 'store-2', 'store-3'].map((storeId) => level(storeId, 2)) })
  expect(memory.rows).toBe(5)
  apply({ stock: Array.from({ length: 5 }, (_, index) => level(`store-${index}`, 1, 'bread')) })
  expect([memory.rows, memory.size]).toEqual([10, 2])
  apply({ stock: [level('store-9', 1)] })
  // Bread was asked for longest ago.
  expect(memory.find('bread')).toBeUndefined()
  expect([memory.rows, memory.size]).toEqual([5, 1])
})

test('a SKU that is loaded again counts once, and one that weighs more than all may is not kept', () => {
  const { memory } = openMemory(4)
  const levels = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ storeId: `store-${index}`, onHand: 1, held: 0, pending: 0, updatedAt: '' },
    }))
  memory.remember([{ ...milk(), levels: levels(3) }])
  memory.remember([{ ...milk(), levels: levels(2) }])
  expect([memory.rows, memory.size]).toEqual([3, 1])
  memory.remember([{ ...milk(), sku: 'bread', levels: levels(4) }])
  expect([memory.rows, memory.size]).toEqual([0, 0])
})
