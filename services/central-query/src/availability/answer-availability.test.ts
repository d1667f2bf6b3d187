import type { FeedChanges, FreshnessClock } from '@shelfwire/central'
import { skuField } from '@shelfwire/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CachedSku, createStockCache } from '../cache/stock-cache.ts'
import { type AvailabilityFilter, answerAvailability } from './answer-availability.ts'
import { ROW_FIELDS, type SkuAvailability, skuAvailability } from './availability-schemas.ts'

const NOW_MS = 1_790_000_000_000
const at = (nowMs: number): FreshnessClock => ({ slaMs: 5_000, offlineMs: 60_000, nowMs, clockBoundMs: 2 })
const level = (storeId: string, onHand: number, sku = 'milk') => ({
  ...{ storeId, sku, onHand, held: 0, pending: 0, updatedAtUs: NOW_MS * 1_000 },
})

function openShop(sku = 'milk') {
  const cache = createStockCache({ maxRows: 100 })
  cache.reset({
    positions: [{ number: 0, token: 0 }],
    stores: new Map([
      ['store-1', { asOfUs: (NOW_MS - 100) * 1_000, suspect: null, rebuilding: false }],
      ['store-2', { asOfUs: (NOW_MS - 9_000) * 1_000, suspect: null, rebuilding: false }],
      ['store-3', { asOfUs: 0, suspect: null, rebuilding: false }],
    ]),
    margins: [],
  })
  cache.add([{ sku, inCatalogue: false, category: null, levels: [] }])
  let number = 0
  return {
    apply: (changes: FeedChanges) => cache.apply(0, { number: ++number, token: number, changes }),
    ask(filter: AvailabilityFilter = {}, nowMs = NOW_MS): SkuAvailability {
      const found = cache.find(sku) as CachedSku
      const { items } = answerAvailability(cache, [found], { clock: at(nowMs), filter })
      return JSON.parse(items[0]?.json ?? '')
    },
  }
}

const strictAvailability = skuAvailability.strict()

test('an answer matches its schema, for any SKU and any level', () => {
  const skus = fc.string({ minLength: 1, unit: 'grapheme' }).filter((sku) => skuField.safeParse(sku).success)
  const units = fc.integer({ min: 0, max: 1_000_000_000 })
  const levels = fc.uniqueArray(fc.record({ store: fc.integer({ min: 1, max: 9 }), onHand: units }), {
    selector: ({ store }) => store,
  })
  fc.assert(
    fc.property(skus, levels, (sku, stock) => {
      const shop = openShop(sku)
      shop.apply({ stock: stock.map(({ store, onHand }) => level(`store-${store}`, onHand, sku)) })
      const answer = strictAvailability.parse(shop.ask())
      expect(answer.sku).toBe(sku)
      expect(answer.stores.map(({ storeId, onHand }) => [storeId, onHand])).toEqual(
        stock.map(({ store, onHand }) => [`store-${store}`, onHand]).sort(),
      )
      // A selection of fields, even of all, takes the other code path.
      expect(shop.ask({ fields: ROW_FIELDS })).toEqual(answer)
    }),
  )
})

test('each row has the freshness of its own store, and availableFresh counts fresh stores only', () => {
  const shop = openShop()
  shop.apply({ stock: [level('store-1', 10), level('store-2', 20), level('store-3', 30)] })
  expect(shop.ask()).toMatchObject({
    availableFresh: 7,
    stores: [
      { available: 7, freshness: { state: 'fresh', ageMs: 102 } },
      { available: 17, freshness: { state: 'stale', ageMs: 9_002 } },
      { available: 27, freshness: { state: 'offline', asOf: null, ageMs: null } },
    ],
  })
})

test('I12: the age in an answer grows although nothing changes', () => {
  const shop = openShop()
  shop.apply({ stock: [level('store-1', 10)] })
  const later = (ms: number) => shop.ask({}, NOW_MS + ms).stores[0]?.freshness
  expect(later(0)).toMatchObject({ state: 'fresh', ageMs: 102 })
  expect(later(1)).toMatchObject({ state: 'fresh', ageMs: 103 })
  expect(later(4_899)).toMatchObject({ state: 'stale', ageMs: 5_001 })
})

test('a change of level, category or margin is in the next answer', () => {
  const shop = openShop()
  const row = () => shop.ask().stores[0]
  shop.apply({ stock: [level('store-1', 10)] })
  expect(row()).toMatchObject({ onHand: 10, margin: 3, available: 7 })
  shop.apply({ stock: [level('store-1', 9)] })
  expect(row()).toMatchObject({ onHand: 9, margin: 3, available: 6 })
  shop.apply({ margins: [{ storeId: null, category: 'dairy', sku: null, units: 5 }] })
  expect(row()).toMatchObject({ margin: 3 })
  shop.apply({ products: [{ sku: 'milk', inCatalogue: true, category: 'dairy' }] })
  expect(row()).toMatchObject({ margin: 5, available: 4 })
  shop.apply({ margins: [{ storeId: null, category: 'dairy', sku: null, units: null }] })
  expect(row()).toMatchObject({ margin: 3, available: 6 })
  shop.apply({
    freshness: [{ storeId: 'store-1', asOfUs: NOW_MS * 1_000, suspect: 'gap', rebuilding: false }],
  })
  expect(row()).toMatchObject({ freshness: { state: 'stale', ageMs: 2, suspect: 'gap' } })
})
