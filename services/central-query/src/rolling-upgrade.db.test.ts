import { forgetNewestMigration, migrateFurther } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { startCentralQuery } from './start.ts'
import { openCentral } from './testing/open-central.ts'

const PRICE = { amount: 129, currency: 'EUR' }

test('central-query keeps answering while a later version migrates its database, and starts on that schema', async () => {
  await using shop = await openCentral()
  await shop.join('store-1')
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'milk', onHand: 10 }] })
  await shop.ask('/v1/availability/milk')
  await migrateFurther(shop.addresses.root)

  await shop.write({ levels: [{ storeId: 'store-1', sku: 'milk', onHand: 9 }] })
  await shop.beat('store-1')
  const milk = async () => (await shop.ask('/v1/availability/milk')).body.stores
  await expect.poll(milk).toMatchObject([{ onHand: 9, freshness: { state: 'fresh' } }])
  const writes: [string, string, unknown?][] = [
    ['/v1/stores/store-2', 'PUT', { name: 'Two', place: 'Ulm', latitude: 48.4, longitude: 10 }],
    ['/v1/products/milk', 'PUT', { name: 'Milk', price: PRICE }],
    ['/v1/products/milk', 'PATCH', { name: 'Whole milk' }],
    ['/v1/margins', 'PUT', { sku: 'milk', units: 1 }],
    ['/v1/margins?sku=milk', 'DELETE'],
    ['/v1/products/milk', 'DELETE'],
  ]
  for (const [path, method, body] of writes) {
    const { status } = await shop.ask(path, method, body)
    expect({ path, method, ok: status >= 200 && status < 300 }).toEqual({ path, method, ok: true })
  }
  const reads = [
    '/v1/stores',
    '/v1/stores/store-2',
    '/v1/stores/store-1/availability',
    '/v1/availability/bread',
    '/v1/products',
    '/v1/products/milk/changes',
    '/v1/margins',
    '/v1/ledger?store=store-1',
    '/v1/sales/daily?from=2026-05-01&to=2026-05-02',
    '/v1/freshness',
    '/readyz',
  ]
  for (const path of reads) {
    const { status } = await shop.ask(path)
    expect({ path, broken: status >= 500 }).toEqual({ path, broken: false })
  }

  const { host, port, user, password, database } = shop.addresses.query
  const read = readConfig({
    ...{ HTTP_PORT: '0', MYSQL_HOST: host, MYSQL_PORT: String(port) },
    ...{ MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_DATABASE: database },
  })
  const config = { ...read, logLevel: 'silent' }
  const started = await startCentralQuery(config)
  await started.close()
  const newest = await forgetNewestMigration(shop.addresses.root)
  await expect(startCentralQuery(config)).rejects.toThrow(`migrations not run: ${newest}`)
})
