import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CentralDatabase, openCentral } from './testing/central-database.ts'
import { NOON_US } from './testing/sample-store.ts'
import { openScene, within } from './testing/scene.ts'

let central: CentralDatabase

beforeAll(async () => {
  central = await openCentral()
})
afterAll(() => central[Symbol.asyncDispose]())

test('I10, I15: killed with -9 again and again under load, central has every entry once, and the counts add up', async () => {
  await using scene = await openScene(central)
  const { store, journal } = scene
  store.receive('SKU-1', 100_000)
  for (let sale = 0; sale < 6_000; sale += 1) store.sell('SKU-1', 1)
  store.beat(NOON_US)
  const { records } = store
  const loading = (async () => {
    for (let start = 0; start < records.length; start += 200)
      await journal.produce(records.slice(start, start + 200))
  })()
  for (const atLeast of [200, 1_500, 4_000]) {
    const service = await scene.start()
    await expect
      .poll(async () => (await scene.cursor())?.seq ?? 0, { ...within, interval: 1 })
      .toBeGreaterThan(atLeast)
    await service.kill()
  }
  await using service = await scene.start()
  await loading
  await expect.poll(scene.cursor, { ...within, timeout: 60_000 }).toMatchObject({
    seq: 6_001,
    checksum: store.checksum(),
    suspect_reason: null,
  })
  expect(await scene.ledger()).toBe(6_001)
  const consumed = await service.metric('shelfwire_records_consumed_total')
  expect(await service.metric('shelfwire_records_total')).toBe(consumed)
}, 120_000)

test('I10: two processes share the partitions, and what moves from one to the other is applied once', async () => {
  await using scene = await openScene(central, { partitions: 2 })
  const { store, journal, groupId } = scene
  store.receive('SKU-1', 1_000)
  await using one = await scene.start()
  await journal.produce(store.records)
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1 })
  {
    await using other = await scene.start()
    for (let sale = 0; sale < 300; sale += 1) await journal.produce([store.sell('SKU-1', 1)])
    await expect.poll(scene.cursor, within).toMatchObject({ seq: 301 })
    expect(await other.metric('shelfwire_alarms_total')).toBe(0)
  }
  await journal.produce([store.beat(NOON_US)])
  await expect
    .poll(scene.cursor, within)
    .toMatchObject({ as_of: NOON_US, checksum: store.checksum(), suspect_reason: null })
  expect(await scene.ledger()).toBe(301)
  await expect.poll(() => journal.positions(groupId), within).toEqual([302, -1])
  expect(await one.metric('shelfwire_alarms_total')).toBe(0)
})

test('I10: a process that was paused and replaced changes nothing when it continues', async () => {
  await using scene = await openScene(central)
  const { store, journal } = scene
  store.receive('SKU-1', 10_000)
  for (let sale = 0; sale < 3_000; sale += 1) store.sell('SKU-1', 1)
  const { records } = store
  await using frozen = await scene.start()
  await journal.produce(records.slice(0, 2_000))
  await expect
    .poll(async () => (await scene.cursor())?.seq ?? 0, { ...within, interval: 1 })
    .toBeGreaterThan(0)
  frozen.freeze()
  try {
    await using replacement = await scene.start()
    await journal.produce([...records.slice(2_000), store.beat(NOON_US)])
    await expect
      .poll(scene.cursor, { ...within, timeout: 40_000 })
      .toMatchObject({ seq: 3_001, as_of: NOON_US })
    frozen.wake()
    await journal.produce([store.sell('SKU-1', 1), store.beat(NOON_US + 1)])
    await expect.poll(scene.cursor, within).toMatchObject({ seq: 3_002, as_of: NOON_US + 1 })
    expect(await replacement.metric('shelfwire_alarms_total')).toBe(0)
  } finally {
    frozen.wake()
  }
  await expect.poll(scene.cursor, within).toMatchObject({ checksum: store.checksum(), suspect_reason: null })
  expect(await scene.ledger()).toBe(3_002)
})
