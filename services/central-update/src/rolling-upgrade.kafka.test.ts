import { createPool } from '@shelfwire/mysql'
import { forgetNewestMigration, migrateFurther } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { PROJECTIONS } from './projections.ts'
import { startCentralUpdate } from './start.ts'
import { openCentral } from './testing/central-database.ts'
import { NOON_US } from './testing/sample-store.ts'
import { openScene, within } from './testing/scene.ts'

test('a process goes on applying while a later version migrates its database, and starts on that, too', async () => {
  await using central = await openCentral()
  await using scene = await openScene(central)
  const { store, journal } = scene
  await using service = await scene.start()
  await journal.produce([store.receive('milk', 1_000), store.beat(NOON_US)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1, as_of: NOON_US })
  await migrateFurther(central.root)

  const many = Array.from({ length: 150 }, () => store.sell('milk', 1)).concat(store.receive('bread', 1))
  const bad = store.bad()
  await journal.produce([...many, bad, store.beat(NOON_US + 1)])
  await expect.poll(scene.cursor, within).toEqual({
    ...{ seq: 152, checksum: store.checksum(), as_of: NOON_US + 1, suspect_reason: null },
  })
  const reasons = 'SELECT reason FROM parked'
  expect(await central.rows(reasons)).toHaveLength(1)
  {
    await using _second = await scene.start()
  }
  expect(await service.metric('shelfwire_alarms_total', 'reason="records_not_applied"')).toBe(0)
  const newest = await forgetNewestMigration(central.root)
  await expect(startCentralUpdate(readConfig({ ...scene.env, HTTP_PORT: '0' }), PROJECTIONS)).rejects.toThrow(
    newest,
  )
})

test('I14: a process whose database lacks a column parks nothing, says so aloud, and goes on once it is there', async () => {
  await using central = await openCentral()
  await using scene = await openScene(central)
  const { store, journal } = scene
  await using service = await scene.start()
  await journal.produce([store.receive('milk', 1_000), store.beat(NOON_US)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1, as_of: NOON_US })

  const root = createPool(central.root, { connections: 1 })
  await root.query('ALTER TABLE central_view.ledger RENAME COLUMN reason TO reason_later')
  const sales = Array.from({ length: 150 }, () => store.sell('milk', 1))
  await journal.produce([...sales, store.beat(NOON_US + 1)])
  const readiness = async () => (await fetch(`${service.url}/readyz`)).json()
  await expect
    .poll(async () => JSON.stringify(await readiness()), within)
    .toMatch(/records of partition 0 can't be applied: Unknown column/)
  await expect
    .poll(() => service.metric('shelfwire_alarms_total', 'reason="records_not_applied"'), within)
    .toBeGreaterThan(1)
  expect(await central.rows('SELECT reason FROM parked')).toEqual([])
  await root.query('ALTER TABLE central_view.ledger RENAME COLUMN reason_later TO reason')
  await root.end()
  await expect
    .poll(scene.cursor, within)
    .toMatchObject({ seq: 151, as_of: NOON_US + 1, suspect_reason: null })
  await expect.poll(async () => (await fetch(`${service.url}/readyz`)).status, within).toBe(200)
  expect(await central.rows('SELECT reason FROM parked')).toEqual([])
})
