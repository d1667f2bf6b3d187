import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
// Patches kafkajs when it is loaded.
import './client.ts'

test('a broker that accepts the connection and never answers is connected again', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const producer = new kafkajs.Kafka({
    brokers: [`127.0.0.1:${(silent.address() as AddressInfo).port}`],
    connectionTimeout: 100,
    requestTimeout: 100,
    retry: { initialRetryTime: 10, maxRetryTime: 20, retries: 100 },
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer()
  const connecting = producer.connect().catch(() => {})
  onTestFinished(async () => {
    silent.close()
    for (const socket of sockets) socket.destroy()
    await producer.disconnect()
    await connecting
  })
  await expect.poll(() => sockets.length, { timeout: 5_000 }).toBeGreaterThan(2)
})
