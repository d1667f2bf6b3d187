import { type HeldOperation, operationsOf } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { openCentral } from './testing/open-central.ts'

const shop = await openCentral()
afterAll(() => shop[Symbol.asyncDispose]())
await shop.join('store-1')
await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-1', onHand: 40 }] })
await shop.beat('store-1')
const operations = await operationsOf(shop.url)

/** What an example needs is made by those before it. */
const ORDER = ['PUT', 'GET', 'POST', 'PATCH', 'DELETE']
const placeOf = ({ name }: HeldOperation) => ORDER.indexOf(name.split(' ')[0] ?? '')

test('every example of the document can be sent as it stands, those that make things first', async () => {
  for (const { name, sendExample } of operations.toSorted((one, other) => placeOf(one) - placeOf(other))) {
    const { status, complaints } = await sendExample()
    expect(complaints, name).toEqual([])
    expect(status, name).toBeLessThan(300)
  }
})

test('the stream of freshness is in the document, and what is removed has no body', async () => {
  const { paths } = (await shop.ask('/openapi.json')).body
  const { content } = paths['/v1/freshness/stream'].get.responses[200]
  expect(Object.keys(content)).toEqual(['text/event-stream'])
  expect(paths['/v1/margins'].delete.responses[204]).not.toHaveProperty('content')
})

test.each(operations)('what the document says of $name holds, both ways', async ({ sendGenerated }) => {
  // Told in words: a query names a SKU or a category.
  expect(await sendGenerated({ runs: 10, mayRefuse: /not both/ })).toEqual([])
})
