import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createMetrics } from '@shelfwire/http'
import express from 'express'
import { expect, test } from 'vitest'
import type { AgeHistory } from './age-history.ts'
import { startFreshnessStream } from './freshness-stream.ts'
import type { FreshnessReport } from './report.ts'

/** Large enough that the kernel's buffers of a connection hold only a few. */
const LARGE_REPORT = {
  at: '',
  summary: 'x'.repeat(2_000_000),
  stores: [],
} satisfies FreshnessReport

async function openStreams() {
  const metrics = createMetrics('test')
  const stream = startFreshnessStream({
    report: async () => LARGE_REPORT,
    history: { sample() {}, read: () => ({}) as AgeHistory },
    metrics,
    everyMs: 20,
  })
  const server = createServer(express().use(stream.router))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  /** Bytes that the service holds for this side's readers. */
  const unsent = new Set<{ writableLength: number }>()
  server.on('request', (_request, response) => unsent.add(response))
  const { port } = server.address() as AddressInfo
  return {
    subscribe() {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('GET /v1/freshness/stream HTTP/1.1\r\nhost: x\r\n\r\n')
      return socket
    },
    held: () => [...unsent].reduce((sum, { writableLength }) => sum + writableLength, 0),
    async metric(name: string) {
      const text = await metrics.getSingleMetricAsString(name)
      return Number(text.split(' ').at(-1))
    },
    async [Symbol.asyncDispose]() {
      stream.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

test('a reader of the stream that stops reading holds a bounded number of bytes and is closed', async () => {
  await using streams = await openStreams()
  const socket = streams.subscribe()
  socket.pause()
  let most = 0
  await expect
    .poll(
      async () => {
        most = Math.max(most, streams.held())
        return streams.metric('shelfwire_stream_readers_closed_total')
      },
      { timeout: 10_000, interval: 5 },
    )
    .toBe(1)
  await expect.poll(() => streams.metric('shelfwire_stream_readers')).toBe(0)
  // The history and one report, not each of the reports that it missed.
  expect(most).toBeLessThan(1.1 * LARGE_REPORT.summary.length)
  expect(streams.held()).toBe(0)
  socket.destroy()
})

test('a reader that keeps up stays, also beside one that does not', async () => {
  await using streams = await openStreams()
  const slow = streams.subscribe()
  slow.pause()
  const quick = streams.subscribe()
  let closed = false
  quick.on('close', () => {
    closed = true
  })
  quick.resume()
  await expect
    .poll(() => streams.metric('shelfwire_stream_readers_closed_total'), { timeout: 10_000 })
    .toBe(1)
  await expect.poll(() => streams.metric('shelfwire_stream_readers')).toBe(1)
  expect(closed).toBe(false)
  for (const socket of [slow, quick]) socket.destroy()
})
