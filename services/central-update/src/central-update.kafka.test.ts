import { randomUUID } from 'node:crypto'
import { decodePing } from '@shelfwire/contracts'
import { streams, testKafka } from '@shelfwire/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CentralDatabase, openCentral } from './testing/central-database.ts'
import { NOON_US, sampleStore } from './testing/sample-store.ts'
import { openScene, within } from './testing/scene.ts'
import { spoilRegistry } from './testing/spoilt-registry.ts'

const kafka = testKafka('central-update-test')
let central: CentralDatabase

beforeAll(async () => {
  central = await openCentral()
})
afterAll(() => central[Symbol.asyncDispose]())

test('I3: what a store writes is in central, proved by its beat, and its offset is committed to Kafka', async () => {
  await using scene = await openScene(central)
  const { store, journal, groupId } = scene
  store.receive('SKU-1', 100)
  for (let sale = 0; sale < 50; sale += 1) store.sell('SKU-1', 1)
  store.beat(NOON_US)
  await journal.produce(store.records)
  await using service = await scene.start()
  await expect.poll(scene.cursor, within).toEqual({
    seq: 51,
    checksum: store.checksum(),
    as_of: NOON_US,
    suspect_reason: null,
  })
  await expect.poll(() => journal.positions(groupId), within).toEqual([52])
  expect(await service.metric('shelfwire_records_total', 'outcome="applied"')).toBe(52)
})

test('what can not be decoded is parked, its store is suspect until the next beat, and everyone else flows', async () => {
  await using scene = await openScene(central)
  const { store, journal } = scene
  store.receive('SKU-1', 10)
  store.bad()
  const noSchema = { ...store.bad(), value: Buffer.from([0, 0, 1, 0, 0, 7]) }
  const tombstone = { ...store.bad(), value: null }
  await journal.produce([...store.records.slice(0, 2), noSchema, tombstone])
  await using service = await scene.start()
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1, suspect_reason: '3 records parked' })
  const answer = await (await fetch(`${service.url}/v1/parked?store=${store.storeId}`)).json()
  expect(answer).toMatchObject({
    items: [
      { offset: 1, reason: 'undecodable: no schema id in its first five bytes' },
      { offset: 2, reason: 'undecodable: no schema 65536 in the registry (404)' },
      { offset: 3, reason: 'tombstone: a record without a value' },
    ],
  })
  await journal.produce([store.sell('SKU-1', 1), store.beat(NOON_US)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 2, as_of: NOON_US, suspect_reason: null })
})

test('a schema that the registry answers with 500 holds up its partition only; with 422 its record is parked', async () => {
  await using registry = await spoilRegistry(streams().registryUrl)
  await using scene = await openScene(central, { partitions: 2, registryUrl: registry.url })
  const { store, journal } = scene
  const other = sampleStore(`${store.storeId}-b`, { partition: 1 })
  await central.register(other.storeId)
  registry.answer(70_000, 500)
  const ofSchema70000 = { ...store.bad(), value: Buffer.from([0, 0, 1, 0x11, 0x70, 7]) }
  // Started first: with this record it is not ready.
  await using service = await scene.start()
  await journal.produce([ofSchema70000, store.receive('SKU-1', 10), store.beat(NOON_US)])
  await expect
    .poll(async () => (await fetch(`${service.url}/readyz`)).text(), within)
    .toContain("records of partition 0 can't be decoded: schema 70000 can't be read")
  await journal.produce([other.receive('SKU-1', 5), other.beat(NOON_US)], 1)
  const proofOf = async (storeId: string) =>
    (await central.rows(`SELECT seq, as_of FROM cursors WHERE store_id = '${storeId}'`))[0]
  await expect.poll(() => proofOf(other.storeId), within).toEqual({ seq: 1, as_of: NOON_US })
  expect(await scene.cursor()).toBeUndefined()
  expect(await central.rows(`SELECT reason FROM parked WHERE store_id = '${store.storeId}'`)).toEqual([])
  registry.answer(70_000, 422)
  await expect.poll(() => proofOf(store.storeId), within).toEqual({ seq: 1, as_of: NOON_US })
  expect(await central.rows(`SELECT reason FROM parked WHERE store_id = '${store.storeId}'`)).toEqual([
    { reason: 'undecodable: no schema 70000 in the registry (422)' },
  ])
})

test('a hundred bad records in a row halt their partition until an operator resumes it; the others go on', async () => {
  await using scene = await openScene(central, { partitions: 2 })
  const { store, journal, groupId } = scene
  for (let index = 0; index < 150; index += 1) store.bad()
  await journal.produce(store.records)
  store.records.length = 0
  await using service = await scene.start()
  await expect.poll(() => journal.positions(groupId), within).toEqual([100, -1])
  await journal.produce([store.receive('SKU-1', 10)], 1)
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1, suspect_reason: '100 records parked' })
  expect(await service.metric('shelfwire_alarms_total', 'reason="partition_halted"')).toBe(1)

  const resumed = await fetch(`${service.url}/v1/partitions/0/resume`, { method: 'POST' })
  expect(resumed.status).toBe(200)
  await expect.poll(() => journal.positions(groupId), within).toEqual([150, 1])
  await journal.produce([store.beat(NOON_US)])
  await expect.poll(scene.cursor, within).toMatchObject({ as_of: NOON_US, suspect_reason: null })
})

test('I14: a position that lies outside the log: it begins at the earliest record and says so aloud', async () => {
  await using scene = await openScene(central)
  const { store, journal, groupId } = scene
  store.receive('SKU-1', 10)
  for (let sale = 0; sale < 5; sale += 1) store.sell('SKU-1', 1)
  store.beat(NOON_US)
  await journal.produce(store.records)
  await journal.moveGroup(groupId, 1_000)
  await using service = await scene.start()
  await expect
    .poll(scene.cursor, within)
    .toMatchObject({ seq: 6, as_of: NOON_US, checksum: store.checksum() })
  await expect
    .poll(() => service.metric('shelfwire_alarms_total', 'reason="offset_outside_log"'), within)
    .toBe(1)
})

test('I14: records that expire before a running process has read them are missed aloud', async () => {
  await using scene = await openScene(central)
  const { store, journal, groupId } = scene
  for (let index = 0; index < 150; index += 1) store.bad()
  store.receive('SKU-1', 10)
  store.beat(NOON_US)
  await using service = await scene.start()
  await journal.produce(store.records)
  // Halted at 100: so the rest lies unread.
  await expect.poll(() => journal.positions(groupId), within).toEqual([100])
  await journal.forgetBefore(140)
  const alarms = () => service.metric('shelfwire_alarms_total', 'reason="offset_outside_log"')
  expect(await alarms()).toBe(0)
  await fetch(`${service.url}/v1/partitions/0/resume`, { method: 'POST' })
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 1, as_of: NOON_US })
  expect(await alarms()).toBe(1)
  await journal.produce([store.sell('SKU-1', 1)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 2 })
  expect(await alarms()).toBe(1)
})

test('I14: a topic that is recreated under a running process is read from its beginning, with one alarm', async () => {
  await using scene = await openScene(central)
  const { store, journal, groupId } = scene
  for (let receipt = 0; receipt < 5; receipt += 1) store.receive('SKU-1', 10)
  await journal.produce(store.records)
  await using service = await scene.start()
  await expect.poll(() => journal.positions(groupId), within).toEqual([5])
  await journal.recreate()
  await journal.produce([store.sell('SKU-1', 1), store.beat(NOON_US)])
  await expect
    .poll(scene.cursor, within)
    .toMatchObject({ seq: 6, as_of: NOON_US, checksum: store.checksum() })
  for (let sale = 0; sale < 10; sale += 1) await journal.produce([store.sell('SKU-1', 1)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 16 })
  expect(await service.metric('shelfwire_alarms_total', 'reason="log_moved_back"')).toBe(1)
})

test('central sends its clock to all stores once a second', async () => {
  await using scene = await openScene(central)
  const consumer = kafka.consumer({ groupId: `pings-${randomUUID()}` })
  const heard: number[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: [scene.journal.pingsTopic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      heard.push(decodePing(message.value) ?? Number.NaN)
    },
  })
  await using _service = await scene.start()
  await expect.poll(() => heard.length, within).toBeGreaterThan(2)
  await consumer.disconnect()
  expect(Math.abs((heard.at(-1) ?? 0) / 1_000 - Date.now())).toBeLessThan(5_000)
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
})
