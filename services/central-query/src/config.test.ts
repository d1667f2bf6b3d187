import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const good = { HTTP_PORT: '13000', MYSQL_USER: 'service', MYSQL_PASSWORD: 'x', MYSQL_DATABASE: 'central' }

test('settings that are left out have their documented defaults', () => {
  expect(readConfig(good)).toMatchObject({ limits: { slaMs: 5_000, offlineMs: 60_000 }, cacheRows: 300_000 })
})

test('rows beyond what fits the heap are refused, and by default are as many as fit', () => {
  expect(readConfig(good, 20_000)).toMatchObject({ cacheRows: 20_000 })
  expect(readConfig({ ...good, CACHE_ROWS: '20000' }, 20_000)).toMatchObject({ cacheRows: 20_000 })
  expect(() => readConfig({ ...good, CACHE_ROWS: '20001' }, 20_000)).toThrow(
    'CACHE_ROWS: must be at most 20000 with the heap that V8 has; --max-old-space-size gives it more',
  )
})

test('every problem is reported at once, with its key and the legal values', () => {
  const read = () => readConfig({ HTTP_PORT: 'x', SLA_MS: '0', CACHE_ROWS: '1.5', CONNECT_URL: 'kafka://x' })
  for (const key of ['HTTP_PORT', 'SLA_MS', 'CACHE_ROWS', 'CONNECT_URL', 'MYSQL_USER', 'MYSQL_PASSWORD']) {
    expect(read).toThrow(new RegExp(`${key}( is missing|: must be)`))
  }
})

test('names and origins are lists, empty unless set', () => {
  expect(readConfig(good)).toMatchObject({ http: { hosts: ['127.0.0.1'] }, corsOrigins: [] })
  const set = {
    HTTP_HOST: '0.0.0.0',
    HTTP_HOSTS: 'query,stock.example',
    CORS_ORIGINS: 'https://portal.example',
  }
  expect(readConfig({ ...good, ...set })).toMatchObject({
    http: { hosts: ['query', 'stock.example'] },
    corsOrigins: ['https://portal.example'],
  })
})

test('an origin with a path, and a name with a port, are refused', () => {
  const read = () =>
    readConfig({ ...good, HTTP_HOSTS: 'query:8080', CORS_ORIGINS: 'https://portal.example/' })
  expect(read).toThrow(/HTTP_HOSTS: must be host names without ports/)
  expect(read).toThrow(/CORS_ORIGINS: must be origins such as/)
})

test('a store is never offline before it is stale', () => {
  expect(() => readConfig({ ...good, SLA_MS: '5000', OFFLINE_MS: '5000' })).toThrow(
    'OFFLINE_MS: must be above SLA_MS',
  )
})
