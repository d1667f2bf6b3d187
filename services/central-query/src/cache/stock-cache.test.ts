import type { FeedChanges } from '@shelfwire/central'
import { expect, test } from 'vitest'
import { type CachedSku, createStockCache } from './stock-cache.ts'

const milk = (): CachedSku => ({ sku: 'milk', inCatalogue: false, category: null, levels: [] })
const level = (storeId: string, onHand: number, sku = 'milk') => ({
  ...{ storeId, sku, onHand, held: 0, pending: 0, updatedAtUs: 1 },
})
const entry = (number: number, changes: FeedChanges) => ({ number, token: 10 * number, changes })

function openCache(maxRows = 100) {
  const cache = createStockCache({ maxRows })
  cache.reset({
    positions: [{ number: 7, token: 70 }],
    stores: new Map([['store-2', { asOfUs: 5, suspect: null, rebuilding: false }]]),
    margins: [],
  })
  cache.add([milk()])
  let number = 7
  return { cache, apply: (changes: FeedChanges) => cache.apply(0, entry(++number, changes)) }
}

test('levels are kept in the order of stores, the newest of each', () => {
  const { cache, apply } = openCache()
  apply({ stock: [level('store-2', 5), level('store-1', 4)] })
  apply({ stock: [level('store-3', 6), level('store-2', 8)] })
  const kept = cache.find('milk')?.levels.map(({ storeId, onHand }) => [storeId, onHand])
  expect(kept).toEqual([
    ['store-1', 4],
    ['store-2', 8],
    ['store-3', 6],
  ])
})

test('a change without `pending` keeps the pending units of the level', () => {
  const { cache, apply } = openCache()
  apply({ stock: [{ ...level('store-1', 5), pending: 2 }] })
  const { pending: _, ...levels } = level('store-1', 4)
  apply({ stock: [levels, { ...levels, storeId: 'store-2' }] })
  expect(cache.find('milk')?.levels.map(({ onHand, pending }) => [onHand, pending])).toEqual([
    [4, 2],
    [4, 0],
  ])
})

test('I10: an entry that was applied before changes nothing', () => {
  const { cache, apply } = openCache()
  apply({ stock: [level('store-1', 4)] })
  cache.apply(0, entry(8, { stock: [level('store-1', 99)] }))
  cache.apply(0, entry(3, { stock: [level('store-1', 98)] }))
  expect(cache.find('milk')?.levels[0]?.onHand).toBe(4)
  expect(cache.positions).toEqual([{ number: 8, token: 80 }])
})

test('I14: applying an entry behind a missing one throws', () => {
  const { cache } = openCache()
  expect(() => cache.apply(0, entry(9, {}))).toThrow('feed entry 8 of part 0 is missing before 9')
})

test('a store that joins has no proof of freshness; a store that is changed keeps its proof', () => {
  const { cache, apply } = openCache()
  apply({ stores: [{ storeId: 'store-1' }, { storeId: 'store-2' }] })
  expect(cache.stores.get('store-1')).toEqual({ asOfUs: 0, suspect: null, rebuilding: false })
  expect(cache.stores.get('store-2')).toEqual({ asOfUs: 5, suspect: null, rebuilding: false })
})

test('the least recently used SKU is evicted first', () => {
  const { cache } = openCache(2)
  cache.add([{ ...milk(), sku: 'bread' }])
  cache.find('milk')
  cache.add([{ ...milk(), sku: 'eggs' }])
  expect(['milk', 'bread', 'eggs'].map((sku) => cache.find(sku) !== undefined)).toEqual([true, false, true])
})

test('the cache is bounded by rows, also when a cached SKU gets levels in more stores', () => {
  const { cache, apply } = openCache(10)
  cache.add([{ ...milk(), sku: 'bread' }])
  cache.find('milk')
  expect(cache.rows).toBe(2)
  apply({ stock: ['store-1', 'store-2', 'store-3'].map((storeId) => level(storeId, 1)) })
  // The same levels again are no more rows.
  apply({ stock: ['store-1', 'store-2', 'store-3'].map((storeId) => level(storeId, 2)) })
  expect(cache.rows).toBe(5)
  apply({ stock: Array.from({ length: 5 }, (_, index) => level(`store-${index}`, 1, 'bread')) })
  expect([cache.rows, cache.size]).toEqual([10, 2])
  apply({ stock: [level('store-9', 1)] })
  // Bread is the least recently used.
  expect(cache.find('bread')).toBeUndefined()
  expect([cache.rows, cache.size]).toEqual([5, 1])
})

test('a SKU that is loaded again counts once, and a SKU with more rows than the bound is not cached', () => {
  const { cache } = openCache(4)
  const levels = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ storeId: `store-${index}`, onHand: 1, held: 0, pending: 0, updatedAt: '' },
    }))
  cache.add([{ ...milk(), levels: levels(3) }])
  cache.add([{ ...milk(), levels: levels(2) }])
  expect([cache.rows, cache.size]).toEqual([3, 1])
  cache.add([{ ...milk(), sku: 'bread', levels: levels(4) }])
  expect([cache.rows, cache.size]).toEqual([0, 0])
})
