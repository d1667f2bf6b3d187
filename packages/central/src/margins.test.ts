import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_MARGIN, indexMargins, type MarginRule } from './margins.ts'

const rule = (name: Partial<MarginRule>, units: number): MarginRule => ({
  ...{ storeId: null, category: null, sku: null },
  ...name,
  units,
})
const scope = { storeId: 'store-1', category: 'dairy', sku: 'milk' }

/** From the least specific to the most. */
const LADDER: [string, MarginRule][] = [
  ['chain', rule({}, 10)],
  ['store', rule({ storeId: 'store-1' }, 11)],
  ['category', rule({ category: 'dairy' }, 12)],
  ['store and category', rule({ storeId: 'store-1', category: 'dairy' }, 13)],
  ['SKU', rule({ sku: 'milk' }, 14)],
  ['store and SKU', rule({ storeId: 'store-1', sku: 'milk' }, 15)],
]

test('without a rule the default margin applies', () => {
  expect(indexMargins([]).unitsFor(scope)).toBe(DEFAULT_MARGIN)
})

test.each(LADDER.map(([name], index) => [name, index] as const))(
  'a rule for %s precedes all less specific rules, independent of the order in which they were set',
  (_name, index) => {
    const rules = LADDER.slice(0, index + 1).map(([, each]) => each)
    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: rules.length }), (shuffled) => {
        expect(indexMargins(shuffled).unitsFor(scope)).toBe(10 + index)
      }),
    )
  },
)

test('rules for another store, category or SKU do not apply', () => {
  const others = [
    rule({ storeId: 'store-2' }, 1),
    rule({ category: 'bread' }, 2),
    rule({ sku: 'butter' }, 4),
    rule({ storeId: 'store-2', sku: 'milk' }, 5),
  ]
  expect(indexMargins(others).unitsFor(scope)).toBe(DEFAULT_MARGIN)
})

test('rules for a category do not apply to a product without one', () => {
  const index = indexMargins([rule({ category: 'dairy' }, 9), rule({ storeId: 'store-1' }, 5)])
  expect(index.unitsFor({ ...scope, category: null })).toBe(5)
})

test('after a rule is removed the next most specific one applies', () => {
  const index = indexMargins(LADDER.map(([, each]) => each))
  for (const [, { units, ...name }] of [...LADDER].reverse()) {
    expect(index.ruleFor(scope)?.units).toBe(units)
    index.set({ ...name, units: null })
  }
  expect(index.ruleFor(scope)).toBeUndefined()
})

test('a rule of 0 units sets the margin to 0', () => {
  expect(indexMargins([rule({ sku: 'milk' }, 0)]).unitsFor(scope)).toBe(0)
})
