import { createPool } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { startCentralQuery } from './start.ts'
import { openWire, type Wire } from './testing/cuttable-wire.ts'
import { openCentral } from './testing/open-central.ts'

test('a central-query that is started before its database waits for it and then serves', async () => {
  let wire: Wire | undefined
  const starting = openCentral({}, async (address) => {
    wire = await openWire(address)
    wire.cut()
    return { ...address, port: wire.port }
  })
  await expect.poll(() => wire?.refused, { timeout: 10_000 }).toBeGreaterThan(0)
  await using _wire = wire as Wire
  wire?.mend()
  await using shop = await starting
  expect(await shop.ask('/readyz')).toMatchObject({ status: 200 })
})

test('a central-query is refused on a database that lacks a migration, which is named', async () => {
  const { query, root } = await freshDatabase('central')
  const pool = createPool(root, { connections: 1 })
  await pool.query("DELETE FROM knex_migrations WHERE name LIKE '0001-%'")
  await pool.end()
  const settings = { HTTP_PORT: '0', MYSQL_USER: query.user, MYSQL_PASSWORD: query.password }
  const config = readConfig({ ...settings, MYSQL_DATABASE: query.database, MYSQL_PORT: String(query.port) })
  await expect(startCentralQuery({ ...config, logLevel: 'silent' })).rejects.toMatchObject({
    name: 'ConfigurationError',
    problems: [expect.stringMatching(/^migrations not run: 0001-/)],
  })
})
