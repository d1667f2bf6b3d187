import type { RowDataPacket } from '@shelfwire/mysql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenCentral, openCentral } from '../testing/open-central.ts'

let shop: OpenCentral
beforeAll(async () => {
  shop = await openCentral({ CORS_ORIGINS: 'https://portal.example' })
})
afterAll(() => shop[Symbol.asyncDispose]())

const mitte = { name: 'Mitte', place: 'Berlin', latitude: 52.5200066, longitude: 13.404954 }
const head = async () => (await shop.pool.query<RowDataPacket[]>('SELECT next_number FROM feed_head'))[0]

test('a store that joins is listed, and offline until its first beat', async () => {
  expect(await shop.ask('/v1/stores/store-1', 'PUT', mitte)).toMatchObject({
    status: 201,
    body: { storeId: 'store-1', ...mitte, latitude: 52.52001, longitude: 13.40495, connector: 'store-1' },
  })
  await expect
    .poll(async () => (await shop.ask('/v1/freshness')).body.stores)
    .toMatchObject([{ storeId: 'store-1', state: 'offline', asOf: null, cursor: null }])
  await shop.beat('store-1')
  await expect
    .poll(async () => (await shop.ask('/v1/freshness')).body.stores)
    .toMatchObject([{ state: 'fresh' }])
})

test('only pages of a listed origin may use the API from a browser', async () => {
  const ask = (origin: string, method: string) =>
    fetch(`${shop.url}/v1/stores/store-7`, {
      method,
      headers: { origin, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
      ...(method === 'PUT' ? { body: JSON.stringify(mitte) } : {}),
    })
  expect((await ask('https://evil.example', 'PUT')).status).toBe(403)
  const read = await ask('https://portal.example', 'GET')
  expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([
    404,
    'https://portal.example',
  ])
  expect((await ask('https://evil.example', 'GET')).headers.get('access-control-allow-origin')).toBeNull()
})

test('putting the same store again writes nothing', async () => {
  const before = await head()
  expect((await shop.ask('/v1/stores/store-1', 'PUT', mitte)).status).toBe(200)
  expect(await head()).toEqual(before)
})

test('a store that is put again keeps its stock and its freshness', async () => {
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-1', onHand: 7 }] })
  await shop.beat('store-1')
  await shop.ask('/v1/stores/store-1', 'PUT', { ...mitte, name: 'Alexanderplatz' })
  expect((await shop.ask('/v1/stores/store-1')).body).toMatchObject({
    name: 'Alexanderplatz',
    place: 'Berlin',
  })
  expect((await shop.ask('/v1/availability/SKU-1')).body.stores).toMatchObject([
    { onHand: 7, freshness: { state: 'fresh' } },
  ])
})

test('I17: a connector belongs to one store', async () => {
  const answer = await shop.ask('/v1/stores/store-2', 'PUT', { ...mitte, connector: 'store-1' })
  expect(answer).toMatchObject({ status: 409, body: { code: 'connector_taken', owner: 'store-1' } })
  expect((await shop.ask('/v1/stores/store-2')).status).toBe(404)
})

test('stores are listed by page', async () => {
  await shop.join('store-2', 'store-3')
  const first = await shop.ask('/v1/stores?limit=2')
  expect(first.body.items.map(({ storeId }: { storeId: string }) => storeId)).toEqual(['store-1', 'store-2'])
  const second = await shop.ask(`/v1/stores?limit=2&cursor=${first.body.next}`)
  expect(second.body).toMatchObject({ items: [{ storeId: 'store-3' }], next: null })
})

test('I17: a store that is put again without a connector keeps the one it has', async () => {
  await shop.ask('/v1/stores/store-7', 'PUT', { ...mitte, connector: 'till-db-7' })
  const renamed = await shop.ask('/v1/stores/store-7', 'PUT', { ...mitte, name: 'Ost' })
  expect(renamed).toMatchObject({ status: 200, body: { name: 'Ost', connector: 'till-db-7' } })
  expect((await shop.ask('/v1/stores/store-7')).body).toMatchObject({ connector: 'till-db-7' })
})

test('the zone of a store is UTC until it is set, and stays when it is left out', async () => {
  const put = async (more: object) =>
    (await shop.ask('/v1/stores/store-8', 'PUT', { ...mitte, ...more })).body
  expect(await put({})).toMatchObject({ zone: 'UTC' })
  expect(await put({ zone: 'Asia/Kolkata' })).toMatchObject({ zone: 'Asia/Kolkata' })
  expect(await put({ name: 'Süd' })).toMatchObject({ name: 'Süd', zone: 'Asia/Kolkata' })
  expect((await shop.ask('/v1/stores/store-8')).body).toMatchObject({ zone: 'Asia/Kolkata' })
  expect(await put({ zone: 'Europe/Berlin' })).toMatchObject({ zone: 'Europe/Berlin' })
})

test.each([
  [{ ...mitte, zone: 'Europe/Atlantis' }, 'zone'],
  [{ ...mitte, zone: '+01:00' }, 'zone'],
  [{ ...mitte, zone: '' }, 'zone'],
  [{ ...mitte, zone: null }, 'zone'],
  [{ ...mitte, latitude: 90.1 }, 'latitude'],
  [{ ...mitte, longitude: -180.1 }, 'longitude'],
  [{ ...mitte, latitude: '52' }, 'latitude'],
  [{ ...mitte, latitude: null }, 'latitude'],
  [{ ...mitte, name: '' }, 'name'],
  [{ ...mitte, place: 'a\u0000b' }, 'place'],
  [{ ...mitte, connector: 'a b' }, 'connector'],
  [{ ...mitte, stock: 7 }, 'body'],
])('the store %j is refused', async (store, field) => {
  const { status, body } = await shop.ask('/v1/stores/store-9', 'PUT', store)
  expect(status).toBe(400)
  expect(new Set(body.errors.map((error: { field: string }) => error.field))).toEqual(new Set([field]))
})

test.each(['Store', '-a', 'a_b', 'x'.repeat(33)])('the store id %s is refused', async (storeId) => {
  expect(await shop.ask(`/v1/stores/${storeId}`, 'PUT', mitte)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'path storeId' }] },
  })
})
