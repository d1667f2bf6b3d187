import { expect, test } from 'vitest'
import { Refused, settleInstallation } from './installation.ts'

const known = { flavour: 'mysql', stores: 4, portBase: 13_500 } as const

test('a new installation has three stores and the usual ports', () => {
  expect(settleInstallation(null, { flavour: 'mysql' }, 'd')).toEqual({
    flavour: 'mysql',
    stores: 3,
    portBase: 13_000,
  })
})

test('an installation goes on with as many stores and the ports it had', () => {
  expect(settleInstallation(known, { flavour: 'mysql' }, 'd')).toEqual(known)
})

test('stores can be added at a start, and the ports moved', () => {
  const wish = { flavour: 'mysql', stores: 5, portBase: 14_000 } as const
  expect(settleInstallation(known, wish, 'd')).toEqual(wish)
})

test('a store is never dropped by asking for fewer', () => {
  expect(() => settleInstallation(known, { flavour: 'mysql', stores: 3 }, 'd')).toThrow(/has 4 stores/)
})

test("a folder of the other server's data is refused", () => {
  const wish = { flavour: 'mariadb' } as const
  expect(() => settleInstallation(known, wish, 'folder')).toThrow(Refused)
  expect(() => settleInstallation(known, wish, 'folder')).toThrow(/folder holds mysql data.*--db mysql/)
})

test('more stores than there are ports for are refused', () => {
  expect(() => settleInstallation(null, { flavour: 'mysql', stores: 100 }, 'd')).toThrow(/at most 99/)
})
