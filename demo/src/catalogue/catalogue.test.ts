import { expect, test } from 'vitest'
import { readBaskets } from '../baskets/read-baskets.ts'
import { makeCatalogue, readCatalogue } from './catalogue.ts'
import { skuOf } from './sku.ts'

test('catalogue.json has every item of the baskets once, as make-catalogue.ts writes it', async () => {
  const baskets = await readBaskets()
  const catalogue = await readCatalogue()
  expect(catalogue).toEqual(makeCatalogue(baskets.flat()))
  expect(catalogue).toHaveLength(169)
})

test.each([
  ['whole milk', 'GRO-whole-milk'],
  ['rolls/buns', 'GRO-rolls-buns'],
  ['liquor (appetizer)', 'GRO-liquor-appetizer'],
  ['Instant food products', 'GRO-instant-food-products'],
])('the SKU of %s is %s', (name, sku) => {
  expect(skuOf(name)).toBe(sku)
})

test('two items that would share a SKU are an error', () => {
  expect(() => makeCatalogue(['whole milk', 'whole-milk'])).toThrow(/whole-milk/)
})
