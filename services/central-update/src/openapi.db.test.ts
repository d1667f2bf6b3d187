import { createLog, createMetrics, listen } from '@shelfwire/http'
import { transact } from '@shelfwire/mysql'
import { operationsOf } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { createUpdateApp } from './app.ts'
import { applyBatch } from './apply/apply-batch.ts'
import { PROJECTIONS } from './projections.ts'
import { openCentral } from './testing/central-database.ts'
import { NOON_US, sampleStore } from './testing/sample-store.ts'

const TOPIC = 'journal'
const central = await openCentral()
await central.register('store-1')
// What people mend, at the places that the examples name: a record parked, a repeat that differs, a partition halted.
const store = sampleStore()
store.bad('undecodable: x')
const { content, ...place } = store.receive('SKU-1', 5)
if (content.type !== 'entry') throw new Error('a receipt is an entry')
const forged = { ...place, content: { ...content, entry: { ...content.entry, caller: 'x' } } }
const connection = await central.pool.getConnection()
const options = {
  topic: TOPIC,
  part: 0,
  nowUs: NOON_US,
  latestPingUs: NOON_US,
  badRuns: new Map(),
  projections: PROJECTIONS,
}
await transact(connection, (trx) => applyBatch(trx, [...store.records, forged], options))
connection.release()
await central.pool.query(
  "INSERT INTO halts (topic, partition_id, next_offset, reason, halted_at) VALUES (?, 0, 1, '100 bad records', NOW(6))",
  [TOPIC],
)
const app = createUpdateApp({
  ...{ pool: central.pool, topic: TOPIC, now: () => new Date() },
  log: createLog('central-update', 'silent'),
  metrics: createMetrics('central-update'),
  unreadyReasons: async () => [],
})
const server = await listen(app, { host: '127.0.0.1', port: 0 })
afterAll(async () => {
  await server.close()
  await central[Symbol.asyncDispose]()
})
const operations = await operationsOf(`http://127.0.0.1:${server.port}`)

test('every example of the document can be sent as it stands', async () => {
  for (const { name, sendExample } of operations) {
    const { status, complaints } = await sendExample()
    expect(complaints, name).toEqual([])
    expect(status, name).toBe(200)
  }
})

test.each(operations)('what the document says of $name holds, both ways', async ({ sendGenerated }) => {
  expect(await sendGenerated({ runs: 10, mayRefuse: /^$/ })).toEqual([])
})
