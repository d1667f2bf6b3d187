import { readFile } from 'node:fs/promises'
import { pick } from '../random.ts'
import { CATEGORIES } from './categories.ts'
import { skuOf } from './sku.ts'

/** A product as central takes it: price in cents of a euro. */
export interface Product {
  sku: string
  name: string
  category: string
  price: { amount: number; currency: 'EUR' }
  attributes: Record<string, string | number | boolean>
}

export const CATALOGUE_FILE = new URL('../../catalogue.json', import.meta.url)

/** The demo's products, as kept in `catalogue.json`. */
export async function readCatalogue(): Promise<Product[]> {
  return JSON.parse(await readFile(CATALOGUE_FILE, 'utf8')) as Product[]
}

/** One product per item name, in order of SKU; throws when a name has no shelf or two names share a SKU. */
export function makeCatalogue(itemNames: Iterable<string>): Product[] {
  const products = new Map<string, Product>()
  for (const name of new Set(itemNames)) {
    const product = productOf(name)
    if (products.has(product.sku)) throw new Error(`two items would be ${product.sku}; one is ${name}`)
    products.set(product.sku, product)
  }
  return [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1))
}

function productOf(name: string): Product {
  const sku = skuOf(name)
  const category = CATEGORIES.find(({ items }) => items.includes(name))
  if (category === undefined) throw new Error(`${name} is on no shelf of categories.ts`)
  const [cheapest, dearest] = category.priceRange
  // A price tag ends in 9.
  const tens = Math.floor((dearest - cheapest) / 10) + 1
  const amount = cheapest + 10 * pick(sku, 0, tens)
  return {
    sku,
    name,
    category: category.name,
    price: { amount, currency: 'EUR' },
    attributes: { ...category.attributes },
  }
}
