import { type HeldOperation, operationsOf } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { openCentral } from './testing/open-central.ts'

const shop = await openCentral()
afterAll(() => shop[Symbol.asyncDispose]())
await shop.join('store-1')
await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-1', onHand: 40 }] })
await shop.beat('store-1')
const operations = await operationsOf(shop.url)

/** Operations in an order in which earlier ones create what later ones need. */
const ORDER = ['PUT', 'GET', 'POST', 'PATCH', 'DELETE']
const placeOf = ({ name }: HeldOperation) => ORDER.indexOf(name.split(' ')[0] ?? '')

test('every example of the OpenAPI document can be sent as it is', async () => {
  for (const { name, sendExample } of operations.toSorted((one, other) => placeOf(one) - placeOf(other))) {
    const { status, complaints } = await sendExample()
    expect(complaints, name).toEqual([])
    expect(status, name).toBeLessThan(300)
  }
})

test('the stream of freshness is in the document, and answers to DELETE have no body', async () => {
  const { paths } = (await shop.ask('/openapi.json')).body
  const { content } = paths['/v1/freshness/stream'].get.responses[200]
  expect(Object.keys(content)).toEqual(['text/event-stream'])
  expect(paths['/v1/margins'].delete.responses[204]).not.toHaveProperty('content')
})

test.each(operations)(
  '$name accepts what the document allows and refuses what it forbids',
  async ({ sendGenerated }) => {
    // Only described in words: a query names a SKU or a category, not both.
    expect(await sendGenerated({ runs: 10, mayRefuse: /not both/ })).toEqual([])
  },
)
