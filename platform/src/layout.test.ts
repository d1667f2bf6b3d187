import { expect, test } from 'vitest'
import { mostStores, portsFrom } from './layout.ts'

test('no two components of the largest installation share a port', () => {
  const { store, mysqlStore, ...single } = portsFrom(13_000)
  const numbers = Array.from({ length: mostStores }, (_, index) => index + 1)
  const all = [...Object.values(single), ...numbers.map(store), ...numbers.map(mysqlStore)]
  expect(new Set(all).size).toBe(all.length)
  expect(Math.max(...all)).toBeLessThan(13_300)
})

test('the ports are those of the documents', () => {
  const ports = portsFrom(13_000)
  expect(ports).toMatchObject({
    centralQuery: 13_000,
    centralUpdate: 13_001,
    kafka: 13_006,
    mysqlCentral: 13_010,
  })
  expect([ports.store(1), ports.mysqlStore(1)]).toEqual([13_101, 13_201])
})
