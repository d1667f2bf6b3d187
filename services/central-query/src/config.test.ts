import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const good = { HTTP_PORT: '13000', MYSQL_USER: 'service', MYSQL_PASSWORD: 'x', MYSQL_DATABASE: 'central' }

test('what is not set has the value that the documents name', () => {
  expect(readConfig(good)).toMatchObject({ limits: { slaMs: 5_000, offlineMs: 60_000 }, memorySkus: 50_000 })
})

test('every problem is told at once, with its key and the legal values', () => {
  const read = () => readConfig({ HTTP_PORT: 'x', SLA_MS: '0', MEMORY_SKUS: '1.5', CONNECT_URL: 'kafka://x' })
  for (const key of ['HTTP_PORT', 'SLA_MS', 'MEMORY_SKUS', 'CONNECT_URL', 'MYSQL_USER', 'MYSQL_PASSWORD']) {
    expect(read).toThrow(new RegExp(`${key}( is missing|: must be)`))
  }
})

test('a store is never offline before it is stale', () => {
  expect(() => readConfig({ ...good, SLA_MS: '5000', OFFLINE_MS: '5000' })).toThrow(
    'OFFLINE_MS: must be above SLA_MS',
  )
})
