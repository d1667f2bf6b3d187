import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const whole = {
  HTTP_PORT: '13001',
  MYSQL_USER: 'service',
  MYSQL_PASSWORD: 'secret',
  MYSQL_MAINTENANCE_PASSWORD: 'secret',
  MYSQL_DATABASE: 'central',
  KAFKA_BROKERS: '127.0.0.1:9092',
  REGISTRY_URL: 'http://127.0.0.1:8081/apis/ccompat/v7',
}

test('what is not set has a default, but for secrets', () => {
  expect(readConfig(whole)).toMatchObject({
    groupId: 'central-update',
    pingIntervalMs: 1_000,
    liveRecords: 2_000,
    feedReaders: [],
  })
})

test('readers of the feed are named by host and port', () => {
  const { feedReaders } = readConfig({ ...whole, FEED_READERS: 'query-1:8080,127.0.0.1:13000' })
  expect(feedReaders).toEqual([
    { host: 'query-1', port: 8_080 },
    { host: '127.0.0.1', port: 13_000 },
  ])
})

test('a port that no socket has is refused before anything is sent there', () => {
  for (const port of [0, 65_536]) {
    const read = () => readConfig({ ...whole, FEED_READERS: `127.0.0.1:13000,query-1:${port}` })
    expect(read).toThrow(/FEED_READERS: must be host:port with ports from 1 to 65535/)
  }
})

test('every problem is named at once, with its key and the legal values', () => {
  const read = () =>
    readConfig({
      ...{ ...whole, MYSQL_PASSWORD: undefined, PING_INTERVAL_MS: 'often' },
      ...{ KAFKA_BROKERS: 'nowhere', FEED_READERS: 'central-query:http' },
    })
  expect(read).toThrow(/MYSQL_PASSWORD is missing/)
  expect(read).toThrow(/PING_INTERVAL_MS: must be a whole number from 100 to 60000/)
  expect(read).toThrow(/KAFKA_BROKERS: must be host:port/)
  expect(read).toThrow(/FEED_READERS: must be host:port/)
})
