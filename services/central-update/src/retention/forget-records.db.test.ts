import { fillTables } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { openCentral } from '../testing/central-database.ts'
import { forgetRecords } from './forget-records.ts'

const NOW = new Date('2026-05-01T12:00:00Z')
const daysAgo = (days: number) => `'${NOW.toISOString().slice(0, 19)}' - INTERVAL ${days} DAY`

test('parked records go 400 days after they were resolved; open ones stay', async () => {
  await using central = await openCentral()
  const resolved = [10, 399, 401, 900].map(daysAgo)
  await fillTables(central.root, [
    `INSERT INTO parked (topic, partition_id, record_offset, reason, parked_at, resolved_at) VALUES
     ${[...resolved, 'NULL'].map((at, offset) => `('t', 0, ${offset}, 'x', ${daysAgo(1_000)}, ${at})`).join(', ')}`,
    // More than one statement deletes.
    `INSERT INTO parked (topic, partition_id, record_offset, reason, parked_at, resolved_at)
     WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 249)
     SELECT 't', 1, n, 'x', ${daysAgo(1_000)}, ${daysAgo(500)} FROM numbers`,
  ])
  expect(await forgetRecords(central.pool, NOW, NOW)).toEqual({ parked: 252, productChanges: 0 })
  expect(await central.rows('SELECT record_offset FROM parked ORDER BY record_offset')).toEqual(
    [0, 1, 4].map((offset) => ({ record_offset: offset })),
  )
})

test("a product's changes go 400 days after the next one; its newest stays however old it is", async () => {
  await using central = await openCentral()
  const changes: Record<string, number[]> = {
    // The second was in force 400 days ago.
    milk: [900, 500, 399, 1],
    bread: [900, 800, 700],
    salt: [1_000],
    tea: [30, 20],
  }
  const rows = Object.entries(changes).flatMap(([sku, ages]) =>
    ages.map((age, index) => `('${sku}', ${index + 1}, 'changed', 'test', ${daysAgo(age)}, NULL, NULL)`),
  )
  await fillTables(central.root, [
    `INSERT INTO product_changes (sku, revision, change_kind, changed_by, changed_at, before_row, after_row)
     VALUES ${rows.join(', ')}`,
  ])
  const left = () => central.rows('SELECT sku, revision FROM product_changes ORDER BY sku, revision')
  expect(await forgetRecords(central.pool, NOW, NOW)).toEqual({ parked: 0, productChanges: 3 })
  const kept = [
    { sku: 'bread', revision: 3 },
    ...[2, 3, 4].map((revision) => ({ sku: 'milk', revision })),
    { sku: 'salt', revision: 1 },
    ...[1, 2].map((revision) => ({ sku: 'tea', revision })),
  ]
  expect(await left()).toEqual(kept)
  expect(await forgetRecords(central.pool, NOW, NOW)).toEqual({ parked: 0, productChanges: 0 })
})

test('clocks that disagree by more than a day delete nothing', async () => {
  await using central = await openCentral()
  const wrong = new Date(NOW.getTime() + 2 * 86_400_000)
  await expect(forgetRecords(central.pool, wrong, NOW)).rejects.toThrow(/central's clock shows/)
})
