import { operationsOf } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { openShop } from './testing/open-shop.ts'

const shop = await openShop()
afterAll(shop.close)
const operations = await operationsOf(shop.url)

test('every example of the document can be sent as it stands, twice, in their order', async () => {
  for (const { name, sendExample } of operations) {
    for (const _time of [1, 2]) {
      const { status, complaints } = await sendExample()
      expect(complaints, name).toEqual([])
      expect(status, name).toBeLessThan(300)
    }
  }
})

test.each(operations)('what the document says of $name holds, both ways', async ({ sendGenerated }) => {
  // Rules over several fields, and times by the clock, are described in words.
  const mayRefuse = /add up to|is counted in|must be from \d{4}/
  expect(await sendGenerated({ runs: 25, mayRefuse })).toEqual([])
})
