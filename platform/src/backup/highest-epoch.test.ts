import { describe, expect, test } from 'vitest'
import { highestEpoch } from './highest-epoch.ts'

const storeId = 'store-2'

describe('the highest epoch that a store may have used', () => {
  test.each([
    { own: 3, central: 3, highest: 3 },
    // Central has read an epoch that a database which went back doesn't know.
    { own: 1, central: 3, highest: 3 },
    // Opened while Connect was down, so central can't know of it.
    { own: 4, central: 3, highest: 4 },
    { own: 4, central: 3, stated: 9, highest: 9 },
    { own: 4, central: 3, stated: 1, highest: 4 },
    { own: null, central: 3, stated: 5, highest: 5 },
    { own: 2, central: null, stated: 1, highest: 2 },
    { own: null, central: null, stated: 7, highest: 7 },
  ])('the highest epoch of $own, $central and stated $stated is $highest', ({ highest, ...witnesses }) => {
    expect(highestEpoch({ storeId, ...witnesses })).toBe(highest)
  })

  test.each([
    { own: null, central: 3, why: "mysql-store-2 can't be read" },
    { own: 2, central: null, why: 'central has not proved all that store-2 sent' },
    { own: null, central: null, why: "mysql-store-2 can't be read, and central has not proved" },
  ])('the highest epoch is not guessed when $why', ({ why, ...witnesses }) => {
    expect(() => highestEpoch({ storeId, ...witnesses })).toThrow(why)
    expect(() => highestEpoch({ storeId, ...witnesses })).toThrow('--above N')
  })
})
