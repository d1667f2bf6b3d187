import { expect, test } from 'vitest'
import { decideProduct } from './decide-product.ts'
import { mergeProduct, type Product } from './product.ts'

const milk: Product = {
  ...{ sku: 'milk', name: 'Milk', category: 'dairy', price: { amount: 129, currency: 'EUR' } },
  attributes: { organic: true, litres: 1 },
}

test.each([
  [{}, milk],
  [{ name: 'Whole milk' }, { ...milk, name: 'Whole milk' }],
  [{ category: null }, { ...milk, category: null }],
  [{ price: { amount: 139 } }, { ...milk, price: { amount: 139, currency: 'EUR' } }],
  [{ attributes: { organic: null, litres: 2 } }, { ...milk, attributes: { litres: 2 } }],
  [{ attributes: {} }, milk],
])('the patch %j changes what it names and nothing else', (patch, after) => {
  expect(mergeProduct(milk, patch)).toEqual(after)
})

test.each([
  [
    'put',
    { sku: 'milk', kind: 'put', product: milk },
    { before: undefined, twin: undefined },
    { outcome: 'created' },
  ],
  [
    'put',
    { sku: 'milk', kind: 'put', product: milk },
    { before: milk, twin: 'milk' },
    { outcome: 'unchanged' },
  ],
  [
    'put',
    { sku: 'MILK', kind: 'put', product: milk },
    { before: undefined, twin: 'milk' },
    { code: 'sku_case_conflict' },
  ],
  [
    'patch',
    { sku: 'milk', kind: 'patch', patch: { name: 'x' } },
    { before: milk, twin: 'milk' },
    { outcome: 'changed' },
  ],
  [
    'patch',
    { sku: 'milk', kind: 'patch', patch: {} },
    { before: undefined, twin: undefined },
    { code: 'unknown_product' },
  ],
  ['remove', { sku: 'milk', kind: 'remove' }, { before: milk, twin: 'milk' }, { outcome: 'removed' }],
  [
    'remove',
    { sku: 'milk', kind: 'remove' },
    { before: undefined, twin: undefined },
    { code: 'unknown_product' },
  ],
] as const)('%s (%#)', (_kind, wish, found, decided) => {
  expect(decideProduct(wish, found)).toMatchObject(decided)
})
