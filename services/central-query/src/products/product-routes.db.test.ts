import type { RowDataPacket } from '@shelfwire/mysql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral()
  await shop.join('store-1')
})
afterAll(() => shop[Symbol.asyncDispose]())

const price = { amount: 129, currency: 'EUR' }
const milk = {
  name: 'Milk',
  category: 'dairy',
  price,
  attributes: { organic: true, litres: 1.5, brand: 'Alm' },
}
const put = (sku: string, product: unknown) =>
  shop.ask(`/v1/products/${encodeURIComponent(sku)}`, 'PUT', product)
const changesOf = async (sku: string) => (await shop.ask(`/v1/products/${sku}/changes`)).body.items

test('a product is as it was last put, and each change is kept with its caller and time', async () => {
  expect(await put('milk', milk)).toMatchObject({ status: 201, body: { sku: 'milk', ...milk } })
  expect(await put('milk', { ...milk, name: 'Whole milk' })).toMatchObject({ status: 200 })
  const patch = { price: { amount: 139 }, attributes: { organic: null, fat: '3.5 %' } }
  await shop.ask('/v1/products/milk', 'PATCH', patch)
  const after = {
    ...{ sku: 'milk', name: 'Whole milk', category: 'dairy', price: { amount: 139, currency: 'EUR' } },
    attributes: { litres: 1.5, brand: 'Alm', fat: '3.5 %' },
  }
  expect((await shop.ask('/v1/products/milk')).body).toEqual(after)
  expect((await shop.ask('/v1/products/milk', 'DELETE')).status).toBe(204)
  expect(await shop.ask('/v1/products/milk')).toMatchObject({
    status: 404,
    body: { code: 'unknown_product' },
  })

  const [removed, patched, renamed, created] = await changesOf('milk')
  const who = { changedBy: 'local', changedAt: expect.stringMatching(/Z$/) }
  expect(removed).toMatchObject({ revision: 4, kind: 'removed', before: after, after: null, ...who })
  expect(patched).toMatchObject({ revision: 3, kind: 'changed', before: { price }, after, ...who })
  expect(renamed).toMatchObject({ revision: 2, before: { name: 'Milk' }, after: { name: 'Whole milk' } })
  expect(created).toMatchObject({ revision: 1, kind: 'created', before: null })

  await put('milk', milk)
  expect((await changesOf('milk'))[0]).toMatchObject({ revision: 5, kind: 'created' })
})

test('a SKU whose lower case is twice as long is a SKU like any other', async () => {
  expect(await put('İ'.repeat(64), milk)).toMatchObject({ status: 201 })
})

test('a product has one SKU, whichever way its name is encoded', async () => {
  expect(await put('cafe\u0301', milk)).toMatchObject({ status: 201, body: { sku: 'caf\u00e9' } })
  expect(await put('caf\u00e9', milk)).toMatchObject({ status: 200 })
  const listed = [
    { sku: 'cafe\u0301', ...milk },
    { sku: 'caf\u00e9', ...milk },
    { sku: 'a\u200bb', ...milk },
  ]
  const { items } = (await shop.ask('/v1/products', 'PUT', { products: listed })).body
  expect(items.map(({ outcome, code }: { outcome: string; code?: string }) => code ?? outcome)).toEqual([
    'unchanged',
    'repeated_sku',
    'invalid_request',
  ])
})

test('putting the same product again is no change', async () => {
  await put('bread', { name: 'Bread', price })
  expect(await put('bread', { price, name: 'Bread', attributes: {}, category: null })).toMatchObject({
    status: 200,
  })
  await shop.ask('/v1/products/bread', 'PATCH', { name: 'Bread' })
  expect(await changesOf('bread')).toHaveLength(1)
})

test('a change of price touches neither stock nor the feed', async () => {
  await put('butter', { name: 'Butter', price })
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'butter', onHand: 40 }] })
  const read = async () => {
    const [stock] = await shop.pool.query<RowDataPacket[]>("SELECT * FROM stock WHERE sku = 'butter'")
    const [head] = await shop.pool.query<RowDataPacket[]>('SELECT * FROM feed_head')
    return { stock, head }
  }
  const before = await read()
  for (const amount of [1, 2, 3]) await shop.ask('/v1/products/butter', 'PATCH', { price: { amount } })
  expect(await changesOf('butter')).toHaveLength(4)
  expect(await read()).toEqual(before)
})

test('two requests that create the same product at once make one product and one history', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `Name ${index}`)
  const answers = await Promise.all(names.map((name) => put('contested', { name, price })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
  const changes = await changesOf('contested')
  expect(changes.map(({ revision }: { revision: number }) => revision)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
})

test('a SKU that differs from one of the catalogue only in case is refused', async () => {
  await put('Eggs', { name: 'Eggs', price })
  expect(await put('EGGS', { name: 'Eggs', price })).toMatchObject({
    status: 409,
    body: { code: 'sku_case_conflict' },
  })
})

describe('a list of products', () => {
  test('is answered row by row: a bad row refuses only itself', async () => {
    const products = [
      { sku: 'l-1', name: 'One', price },
      { sku: 'l-1', name: 'Again', price },
      { sku: 'L-1', name: 'Twin', price },
      { sku: 'l-2', name: 'Two', price: { amount: 1.5, currency: 'EUR' } },
      { sku: 'l-3', name: 'Three', price, colour: 'red' },
      'nonsense',
    ]
    const { status, body } = await shop.ask('/v1/products', 'PUT', { products })
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { sku: 'l-1', outcome: 'created' },
      { sku: 'l-1', outcome: 'refused', code: 'repeated_sku' },
      { sku: 'L-1', outcome: 'refused', code: 'sku_case_conflict' },
      {
        sku: 'l-2',
        outcome: 'refused',
        code: 'invalid_request',
        detail: expect.stringContaining('price.amount'),
      },
      { sku: 'l-3', outcome: 'refused', detail: expect.stringContaining('unknown field "colour"') },
      { sku: null, outcome: 'refused', detail: expect.stringContaining('must be an object') },
    ])
    const again = await shop.ask('/v1/products', 'PUT', { products: products.slice(0, 1) })
    expect(again.body.items).toEqual([{ sku: 'l-1', outcome: 'unchanged' }])
  })

  test('may have 1,000 rows and no more', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        sku: `bulk-${index}`,
        name: 'Bulk',
        category: 'bulk',
        price,
      }))
    expect((await shop.ask('/v1/products', 'PUT', { products: rows(1_000) })).status).toBe(200)
    for (const products of [rows(1_001), [], 'x', undefined]) {
      const answer = await shop.ask('/v1/products', 'PUT', { products })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'products' }] } })
    }
  })

  test('is read by page and by category', async () => {
    const seen: string[] = []
    let next = ''
    do {
      const { body } = await shop.ask(`/v1/products?category=bulk&limit=400${next}`)
      seen.push(...body.items.map(({ sku }: { sku: string }) => sku))
      next = body.next === null ? '' : `&cursor=${body.next}`
    } while (next !== '')
    expect(new Set(seen).size).toBe(1_000)
    expect(seen).toEqual([...seen].sort())
  })
})

describe('bad input is refused, naming the field', () => {
  test.each([
    [{ price }, 'name'],
    [{ name: ' Milk', price }, 'name'],
    [{ name: 'x'.repeat(257), price }, 'name'],
    [{ name: 'Milk' }, 'price'],
    [{ name: 'Milk', price: { amount: -1, currency: 'EUR' } }, 'price.amount'],
    [{ name: 'Milk', price: { amount: '1', currency: 'EUR' } }, 'price.amount'],
    [{ name: 'Milk', price: { amount: 1, currency: 'eur' } }, 'price.currency'],
    [{ name: 'Milk', price: { amount: 1, currency: 'XYZ' } }, 'price.currency'],
    [{ name: 'Milk', price, category: '' }, 'category'],
    [{ name: 'Milk', price, attributes: { nested: {} } }, 'attributes.nested'],
    [{ name: 'Milk', price, attributes: [] }, 'attributes'],
    [{ name: 'Milk', price, attributes: { _hidden: 'x' } }, 'attributes._hidden'],
    [{ name: 'Milk', price, stock: 7 }, 'body'],
  ])('%j', async (product, field) => {
    const { status, body } = await put('bad', product)
    expect(status).toBe(400)
    expect(new Set(body.errors.map((error: { field: string }) => error.field))).toEqual(new Set([field]))
    expect(body.detail).not.toContain('Invalid')
    expect((await shop.ask('/v1/products/bad')).status).toBe(404)
  })

  test('a patch of a product that is not there', async () => {
    const answer = await shop.ask('/v1/products/bad', 'PATCH', { name: 'x' })
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_product' } })
  })

  test('a patch that would leave too many attributes', async () => {
    const attributes = (from: number) =>
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${from + index}`, index]))
    await put('many', { name: 'Many', price, attributes: attributes(0) })
    const answer = await shop.ask('/v1/products/many', 'PATCH', { attributes: attributes(30) })
    expect(answer).toMatchObject({ status: 422, body: { code: 'too_many_attributes' } })
  })
})
