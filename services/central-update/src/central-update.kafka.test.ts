import { randomUUID } from 'node:crypto'
import { decodePing } from '@shelfwire/contracts'
import { streams, testKafka } from '@shelfwire/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CentralDatabase, openCentral } from './testing/central-database.ts'
import { openJournalTopic } from './testing/journal-topic.ts'
import { NOON_US, sampleStore } from './testing/sample-store.ts'
import { startProcess } from './testing/service-process.ts'

const kafka = testKafka('central-update-test')
const { brokers, registryUrl } = streams()
let central: CentralDatabase

beforeAll(async () => {
  central = await openCentral()
})
afterAll(() => central[Symbol.asyncDispose]())

/** A store, topics and a group that no other test knows. */
async function openScene({ partitions = 1 } = {}) {
  const storeId = `s-${randomUUID().slice(0, 8)}`
  await central.register(storeId)
  const journal = await openJournalTopic(kafka, registryUrl, partitions)
  const groupId = `group-${randomUUID()}`
  const { host, port, user, password, database } = central.service
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    REGISTRY_URL: registryUrl,
    MYSQL_HOST: host,
    MYSQL_PORT: String(port),
    MYSQL_USER: user,
    MYSQL_PASSWORD: password,
    MYSQL_DATABASE: database,
    KAFKA_GROUP: groupId,
    JOURNAL_TOPIC: journal.topic,
    PINGS_TOPIC: journal.pingsTopic,
    INSTANCE: groupId,
  }
  return {
    journal,
    groupId,
    store: sampleStore(storeId),
    start: () => startProcess(env),
    async cursor() {
      const sql = `SELECT seq, checksum, as_of, suspect_reason FROM cursors WHERE store_id = '${storeId}'`
      return (await central.rows(sql))[0] as { seq: number } | undefined
    },
    async ledger() {
      const sql = `SELECT COUNT(*) AS entries FROM central_view.ledger WHERE store_id = '${storeId}'`
      return Number((await central.rows(sql))[0]?.entries)
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}

const within = { timeout: 20_000, interval: 50 }

test('I3: what a store writes is in central, proved by its beat, and Kafka is told how far it is applied', async () => {
  await using scene = await openScene()
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

test('I10, I15: killed with -9 again and again under load, central has every entry once, and the counts add up', async () => {
  await using scene = await openScene()
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

test('what can not be decoded is parked, its store is suspect until the next beat, and everyone else flows', async () => {
  await using scene = await openScene()
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
      { offset: 2, reason: 'undecodable: no schema 65536 in the registry' },
      { offset: 3, reason: 'tombstone: a record without a value' },
    ],
  })
  await journal.produce([store.sell('SKU-1', 1), store.beat(NOON_US)])
  await expect.poll(scene.cursor, within).toMatchObject({ seq: 2, as_of: NOON_US, suspect_reason: null })
})

test('a hundred bad records in a row halt their partition, the others go on, and a person resumes it', async () => {
  await using scene = await openScene({ partitions: 2 })
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

test('I10: two processes share the partitions, and what moves from one to the other is applied once', async () => {
  await using scene = await openScene({ partitions: 2 })
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

test('I10: a process that stood still, was replaced and wakes up again does no harm', async () => {
  await using scene = await openScene()
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

test('I14: a position that lies outside the log: it begins at the earliest record and says so aloud', async () => {
  await using scene = await openScene()
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

test('a topic that is lost and made anew under a running process is read from its beginning', async () => {
  await using scene = await openScene()
  const { store, journal, groupId } = scene
  for (let receipt = 0; receipt < 5; receipt += 1) store.receive('SKU-1', 10)
  await journal.produce(store.records)
  await using _service = await scene.start()
  await expect.poll(() => journal.positions(groupId), within).toEqual([5])
  await journal.makeAnew()
  await journal.produce([store.sell('SKU-1', 1), store.beat(NOON_US)])
  await expect
    .poll(scene.cursor, within)
    .toMatchObject({ seq: 6, as_of: NOON_US, checksum: store.checksum() })
})

test('central sends its clock to all stores once a second', async () => {
  await using scene = await openScene()
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
