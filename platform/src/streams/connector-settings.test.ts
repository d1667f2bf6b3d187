import { expect, test } from 'vitest'
import { connectorSettings } from './connector-settings.ts'

const place = {
  flavour: 'mysql',
  databaseHost: '127.0.0.1',
  databasePort: 13_201,
  serverId: 5101,
  brokers: '127.0.0.1:13006',
  registryApi: 'http://127.0.0.1:13004/apis/registry/v2',
  secretsDir: '/data/connect-secrets',
} as const

test("a store's connector bears the store's id, by which central knows its records", async () => {
  const settings = await connectorSettings({ ...place, owner: 'store-1' })
  expect(settings).toMatchObject({
    'topic.prefix': 'store-1',
    'table.include.list': 'store.journal,store.heartbeats,store.replays',
    'transforms.unwrap.add.fields': 'op,source.name:connector,source.ts_ms:commit_ms',
    'transforms.route.replacement': 'stock.journal',
  })
})

test('no password stands in a connector, only where Connect finds it', async () => {
  for (const owner of ['store-1', 'central']) {
    const settings = await connectorSettings({ ...place, owner })
    expect(settings['database.password']).toBe(`\${directory:/data/connect-secrets:${owner}-cdc}`)
  }
})

test("central's commands go to the topic of their store, under one schema for all", async () => {
  const settings = await connectorSettings({ ...place, owner: 'central' })
  expect(settings).toMatchObject({
    'transforms.outbox.route.topic.replacement': 'store.commands.${routedByValue}',
    'transforms.nameCommand.schema.name': 'shelfwire.Command',
  })
})

test('a connector that has cached its schemas needs no registry', async () => {
  for (const owner of ['store-1', 'central']) {
    const settings = await connectorSettings({ ...place, owner })
    const days = Number(settings['value.converter.apicurio.registry.check-period-ms']) / 86_400_000
    expect(days).toBeGreaterThanOrEqual(365)
  }
})

test('each server is read by the connector that can read it', async () => {
  const mysql = await connectorSettings({ ...place, owner: 'store-1' })
  const mariadb = await connectorSettings({ ...place, owner: 'store-1', flavour: 'mariadb' })
  expect(mysql['connector.class']).toMatch(/MySqlConnector$/)
  expect(mariadb).toEqual({ ...mysql, 'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector' })
})
