import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { command } from '@shelfwire/platform'
import { compareAll, openDatabases, readFreshness } from '@shelfwire/verify'
import { expect, onTestFinished, test } from 'vitest'
import { ask } from './support/ask.ts'
import { dataDir, findPlatform, urls } from './support/platform.ts'
import { newSku, onHandInCentral, receive, sell } from './support/shop.ts'
import { journalRecords, kafkaClient } from './support/streams.ts'

async function differences() {
  await using databases = openDatabases((await findPlatform()).databases)
  return (await compareAll(databases)).flatMap((comparison) => comparison.differences)
}

async function stateOf(storeId: string) {
  return (await readFreshness(urls.centralQuery)).find((store) => store.storeId === storeId)?.state
}

test('I15: a tombstone and garbage are parked with a reason, other stores continue, the next beat resolves them', async () => {
  const before = (await parkedOf('store-3')).length
  const producer = kafkaClient().producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await producer.send({
    topic: JOURNAL_TOPIC,
    messages: [
      { key: 'store-3', value: null },
      { key: 'store-3', value: Buffer.from('no Avro at all') },
    ],
  })
  await producer.disconnect()
  // All of them, settled or not: a beat may come within a moment, and with it the proof that nothing was lost.
  await expect.poll(async () => (await parkedOf('store-3')).length).toBe(before + 2)
  const reasons = (await parkedOf('store-3')).map(({ reason }) => reason)
  expect(reasons).toEqual(
    expect.arrayContaining([expect.stringMatching(/tombstone/), expect.stringMatching(/undecodable/)]),
  )

  const sku = newSku('tea')
  for (const store of [1, 3]) await receive(store, { [sku]: 5 })
  await expect.poll(() => onHandInCentral('store-1', sku)).toBe(5)
  await expect.poll(() => onHandInCentral('store-3', sku)).toBe(5)
  await expect.poll(() => stateOf('store-1')).toBe('fresh')
  await expect
    .poll(async () => (await parkedOf('store-3')).filter(({ resolvedAt }) => resolvedAt === null))
    .toEqual([])
  await expect.poll(() => stateOf('store-3')).toBe('fresh')
})

test('I3 I14: entries that Kafka lost are detected as a gap, requested again and applied', async () => {
  const sku = newSku('salt')
  await receive(2, { [sku]: 20 })
  await expect.poll(() => onHandInCentral('store-2', sku)).toBe(20)
  await command(dataDir, 'POST', '/components/central-update/stop')
  const startAgain = () => command(dataDir, 'POST', '/components/central-update/start')
  onTestFinished(() => startAgain().then(() => {}))
  const before = await journalRecords()
  for (let unit = 0; unit < 5; unit += 1) await sell(2, sku, 1)
  await expect
    .poll(async () => (await journalRecords()) - before, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(5)
  await loseJournalRecords()
  await startAgain()

  await expect.poll(() => onHandInCentral('store-2', sku), { timeout: 30_000 }).toBe(15)
  await expect.poll(() => stateOf('store-2'), { timeout: 30_000 }).toBe('fresh')
  expect(await differences()).toEqual([])
}, 180_000)

interface Parked {
  reason: string
  resolvedAt: string | null
}

async function parkedOf(store: string): Promise<Parked[]> {
  const { body } = await ask<{ items: Parked[] }>('GET', `${urls.centralUpdate}/v1/parked?store=${store}`)
  return body.items
}

/** As if the broker's disk were gone: everything it has of the journal topic. */
async function loseJournalRecords(): Promise<void> {
  const admin = kafkaClient().admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(JOURNAL_TOPIC)
  const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }))
  await admin.deleteTopicRecords({ topic: JOURNAL_TOPIC, partitions })
  await admin.disconnect()
}
