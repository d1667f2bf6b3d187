import { expect, test } from 'vitest'
import { readConfig, readOpeningConfig } from './config.ts'

const whole = {
  STORE_ID: 'store-1',
  HTTP_PORT: '13101',
  KAFKA_BROKERS: '127.0.0.1:13006',
  REGISTRY_URL: 'http://127.0.0.1:13004/apis/ccompat/v7',
  MYSQL_USER: 'service',
  MYSQL_PASSWORD: 'secret',
  MYSQL_MAINTENANCE_PASSWORD: 'secret',
  MYSQL_DATABASE: 'store',
}

test('a whole environment is a configuration', () => {
  expect(readConfig(whole)).toMatchObject({ storeId: 'store-1', http: { host: '127.0.0.1', port: 13101 } })
})

test('SKUs that differ only in case are refused unless the store maps them', () => {
  expect(readConfig(whole).skuCaseConflicts).toBe('refuse')
  expect(readConfig({ ...whole, SKU_CASE_CONFLICTS: 'map' }).skuCaseConflicts).toBe('map')
  expect(() => readConfig({ ...whole, SKU_CASE_CONFLICTS: 'ignore' })).toThrow(
    'SKU_CASE_CONFLICTS: must be refuse or map',
  )
})

test('everything wrong is said at once, by key, with what is legal', () => {
  const { MYSQL_PASSWORD: _missing, ...rest } = whole
  const read = () =>
    readConfig({ ...rest, STORE_ID: 'Store 1', HTTP_PORT: 'http', KAFKA_BROKERS: 'kafka', LOG_LEVEL: 'loud' })
  expect(read).toThrow(
    expect.objectContaining({
      problems: [
        expect.stringMatching(/^STORE_ID: must be 1 to 32 of a-z/),
        expect.stringMatching(/^HTTP_PORT: must be a port from 1 to 65535/),
        expect.stringMatching(/^LOG_LEVEL: .*"info"/),
        'MYSQL_PASSWORD is missing',
        expect.stringMatching(/^KAFKA_BROKERS: must be host:port/),
      ],
    }),
  )
})

test('opening an epoch needs a store and its database, and nothing else', () => {
  const { HTTP_PORT: _port, KAFKA_BROKERS: _brokers, REGISTRY_URL: _registry, ...rest } = whole
  expect(readOpeningConfig(rest)).toMatchObject({ storeId: 'store-1', database: { database: 'store' } })
  const { STORE_ID: _storeId, ...without } = rest
  expect(() => readOpeningConfig({ ...without, MYSQL_PORT: '0' })).toThrow(
    expect.objectContaining({ problems: ['STORE_ID is missing', expect.stringMatching(/^MYSQL_PORT: /)] }),
  )
})
