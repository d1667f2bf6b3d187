import { randomUUID } from 'node:crypto'
import { testKafka } from '@shelfwire/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { createTopics } from './create-topics.ts'

const HOUR_MS = 3_600_000

afterEach(() => void vi.useRealTimers())

test('a consumer whose wall clock leapt an hour ahead and back keeps sending heartbeats', async () => {
  const kafka = testKafka('heartbeat-test')
  const topic = `heartbeat-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await createTopics(admin, [{ topic, numPartitions: 1 }])
  const consumer = kafka.consumer({
    groupId: topic,
    sessionTimeout: 6_000,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
  })
  let heartbeats = 0
  consumer.on(consumer.events.HEARTBEAT, () => {
    heartbeats += 1
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic })
    await consumer.run({ eachBatch: async () => {} })
    await expect.poll(() => heartbeats).toBeGreaterThan(0)

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS })
    const before = heartbeats
    await expect.poll(() => heartbeats).toBeGreaterThan(before)
    vi.useRealTimers()
    const ahead = heartbeats
    await expect.poll(() => heartbeats, { timeout: 5_000 }).toBeGreaterThan(ahead + 1)
  } finally {
    await consumer.disconnect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  }
})
