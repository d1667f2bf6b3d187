import { skuField, usOfDate } from '@shelfwire/contracts'
import { problem, type Reply, type Route, route, strict } from '@shelfwire/http'
import { type Pool, readerOn } from '@shelfwire/mysql'
import { z } from 'zod'
import { changeSetting } from '../settings-transaction.ts'
import { changeProducts } from './change-products.ts'
import type { ProductOutcome, ProductWish } from './decide-product.ts'
import { productBody, productPatch, productView } from './product.ts'
import { selectProduct } from './products-sql.ts'

const path = strict({ sku: skuField })

/** One product at a time. */
export function productRoutes({ pool, now }: { pool: Pool; now: () => Date }): Route[] {
  async function change(wish: ProductWish, caller: string): Promise<Reply> {
    const by = { caller, nowUs: usOfDate(now()) }
    const [outcome] = await changeSetting(pool, (trx) => changeProducts(trx, [wish], by))
    return outcome === undefined ? { status: 500 } : replyTo(wish.sku, outcome)
  }

  return [
    route({
      method: 'get',
      path: '/v1/products/:sku',
      summary: 'One product',
      tag: 'products',
      schemas: { path },
      responses: { 200: productView },
      async handle({ path: { sku } }) {
        const product = await selectProduct(readerOn(pool), sku)
        return product === undefined ? unknownProduct(sku) : { status: 200, body: product }
      },
    }),
    route({
      method: 'put',
      path: '/v1/products/:sku',
      summary: 'Create or replace a product',
      description:
        'Never touches stock. Each change is kept with who and when; the same again changes nothing.',
      tag: 'products',
      schemas: { path, body: productBody },
      responses: { 200: productView, 201: productView },
      handle: ({ path: { sku }, body, caller }) =>
        change({ sku, kind: 'put', product: { sku, ...body } }, caller),
    }),
    route({
      method: 'patch',
      path: '/v1/products/:sku',
      summary: 'Change some of a product (JSON merge patch, RFC 7396)',
      description: 'Members left out stay as they are; an attribute that is null is removed.',
      tag: 'products',
      schemas: { path, body: productPatch },
      responses: { 200: productView },
      handle: ({ path: { sku }, body, caller }) => change({ sku, kind: 'patch', patch: body }, caller),
    }),
    route({
      method: 'delete',
      path: '/v1/products/:sku',
      summary: 'Remove a product from the catalogue',
      description: 'Its stock and its history stay.',
      tag: 'products',
      schemas: { path },
      responses: { 204: z.undefined().meta({ description: 'Removed.' }) },
      handle: ({ path: { sku }, caller }) => change({ sku, kind: 'remove' }, caller),
    }),
  ]
}

function replyTo(sku: string, outcome: ProductOutcome): Reply {
  switch (outcome.outcome) {
    case 'created':
      return { status: 201, body: outcome.after }
    case 'changed':
    case 'unchanged':
      return { status: 200, body: outcome.after }
    case 'removed':
      return { status: 204 }
    case 'refused':
      return refusal(sku, outcome)
  }
}

function refusal(sku: string, refused: ProductOutcome & { outcome: 'refused' }): Reply {
  if (refused.code === 'unknown_product') return unknownProduct(sku)
  return problem({
    status: refused.code === 'sku_case_conflict' ? 409 : 422,
    code: refused.code,
    detail: whyRefused(refused),
  })
}

/** One sentence for people. */
export function whyRefused(refused: ProductOutcome & { outcome: 'refused' }): string {
  switch (refused.code) {
    case 'sku_case_conflict':
      return `sku: differs from ${JSON.stringify(refused.twin)} only in case`
    case 'too_many_attributes':
      return 'attributes: the product would have more than 50'
    case 'unknown_product':
      return 'sku: the catalogue has no such product'
  }
}

export function unknownProduct(sku: string): Reply {
  const detail = `sku: the catalogue has no ${JSON.stringify(sku)}`
  return problem({
    status: 404,
    code: 'unknown_product',
    detail,
    errors: [{ field: 'path sku', message: 'unknown' }],
  })
}
