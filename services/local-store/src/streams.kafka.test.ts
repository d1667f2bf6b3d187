import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { commandsTopic, encodePing, PINGS_TOPIC } from '@shelfwire/contracts'
import { createLog } from '@shelfwire/http'
import { createDecoder } from '@shelfwire/kafka'
import { streams, testKafka } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { consumeCommands } from './commands/commands-consumer.ts'
import { startBeats } from './heartbeats/beats.ts'
import { createHeardPing } from './heartbeats/heard-ping.ts'
import { listenToPings } from './heartbeats/pings-consumer.ts'
import { readHead } from './journal/head-sql.ts'
import { aWrite, COMMANDS, openStore, rowsOf, STORE_ID } from './testing/open-store.ts'

const POLL = { timeout: 20_000, interval: 50 }
const log = createLog('test', 'error')
log.level = 'silent'
const { registryUrl } = streams()
const kafka = testKafka('streams-test')
const store = await openStore()
const producer = kafka.producer()
await producer.connect()
const closing: { close(): unknown }[] = []
afterAll(async () => {
  for (const { close } of closing) await close()
  await producer.disconnect()
  await store[Symbol.asyncDispose]()
})

/** What central's connector writes for one row of the outbox. */
const schema = {
  type: SchemaType.AVRO,
  schema: JSON.stringify({
    type: 'record',
    name: 'Command',
    namespace: `test_${crypto.randomUUID().replaceAll('-', '')}`,
    fields: [
      { name: 'payload', type: 'string' },
      { name: 'store_id', type: 'string' },
      { name: 'number', type: 'long' },
      { name: 'attempt', type: 'int' },
      { name: 'kind', type: 'string' },
      { name: 'reference', type: ['null', 'string'], default: null },
      { name: 'issued_at', type: 'long' },
    ],
  }),
} as const

async function sendCommands(
  commands: { number: number; kind: string; body: object; storeId?: string }[],
): Promise<void> {
  const registry = new SchemaRegistry({ host: registryUrl })
  const { id } = await registry.register(schema)
  const messages = commands.map(async ({ number, kind, body, storeId = STORE_ID }) => {
    const payload = JSON.stringify(body)
    const row = { store_id: storeId, number, attempt: 1, kind, reference: null, payload, issued_at: 0 }
    return { key: STORE_ID, value: await registry.encode(id, row) }
  })
  await producer.send({ topic: commandsTopic(STORE_ID), messages: await Promise.all(messages) })
}

test('a ping is answered by a beat that carries it', async () => {
  const heard = createHeardPing()
  const now = () => new Date()
  const beats = startBeats({ lane: store.lane, heard, log, quietMs: 2 ** 30 })
  const listening = listenToPings({ kafka, storeId: STORE_ID, heard, onPing: beats.beat, now, log })
  closing.push(beats, listening)
  let ping = 1_790_000_000_000_000
  const answered = async () => {
    // Only pings sent after the store began to listen are heard, so central's next one has to come.
    ping += 1_000_000
    await producer.send({ topic: PINGS_TOPIC, messages: [{ value: 'no ping' }, { value: encodePing(ping) }] })
    const [beat] = await rowsOf<{ ping: number }>(store.pool, 'SELECT ping FROM heartbeats')
    return (beat?.ping ?? 0) > 1_790_000_000_000_000
  }
  await expect.poll(answered, POLL).toBe(true)
})

test('commands are done once and in order, unreadable records are passed over, and a restart repeats nothing', async () => {
  await store.lane.write(aWrite('receipt', { a: 1, b: 2, c: 3 }))
  let unreadable = 0
  const consume = () => {
    const decoder = createDecoder(registryUrl)
    const onUnreadable = () => {
      unreadable += 1
    }
    return consumeCommands({
      kafka,
      decoder,
      storeId: STORE_ID,
      lane: store.lane,
      kinds: COMMANDS,
      log,
      onUnreadable,
    })
  }
  const first = consume()
  await producer.send({ topic: commandsTopic(STORE_ID), messages: [{ value: 'garbage' }, { value: null }] })
  await sendCommands([
    { storeId: 'store-2', number: 1, kind: 'dance', body: {} },
    { number: 1, kind: 'resync', body: { epoch: 1, fromSeq: 1, toSeq: 2 } },
    { number: 1, kind: 'resync', body: { epoch: 1, fromSeq: 1, toSeq: 2 } },
    { number: 3, kind: 'resync', body: { epoch: 1, fromSeq: 1, toSeq: 3 } },
    { number: 2, kind: 'dance', body: {} },
  ])
  const done = async () => (await readHead(store.pool, STORE_ID)).commandsDone
  await expect.poll(done, POLL).toBe(2)
  await first.close()

  const second = consume()
  closing.push(second)
  await sendCommands([{ number: 3, kind: 'resync', body: { epoch: 1, fromSeq: 3, toSeq: 3 } }])
  await expect.poll(done, POLL).toBe(3)
  const replays = await rowsOf<{ command_number: number; seq: number }>(
    store.pool,
    'SELECT * FROM replays ORDER BY seq',
  )
  expect(replays.map(({ command_number, seq }) => [command_number, seq])).toEqual([
    [1, 1],
    [1, 2],
    [3, 3],
  ])
  expect(unreadable).toBe(2)
})
