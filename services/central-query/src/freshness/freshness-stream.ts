import { Fault } from '@shelfwire/contracts'
import { Counter, Gauge, type Registry, type StreamAbout } from '@shelfwire/http'
import { createSession, type Session } from 'better-sse'
import express, { type Response, type Router } from 'express'
import type { AgeHistory } from './age-history.ts'
import type { FreshnessReport } from './report.ts'

const EVERY_MS = 1_000
/** How soon a browser reconnects after it lost its stream. */
const RETRY_MS = 1_000
/** Reports in a row that a reader may miss because it has not read the one before; then its stream is closed. */
const MAX_SKIPPED = 10
/** Streams open at a time. Each holds at most the history and one report that its reader has not read yet. */
const MAX_READERS = 500

/** Its description in the OpenAPI document. */
export const STREAM: StreamAbout = {
  path: '/v1/freshness/stream',
  summary: 'Every store, each second, as server-sent events',
  description:
    'First an event `history` (the ages of the last minutes), then an event `report` each second, whose data is the ' +
    'JSON of /v1/freshness.',
  tag: 'freshness',
}

export interface FreshnessStream {
  router: Router
  /** Ends all streams: a server waits for its connections before it closes. */
  close(): void
}

interface StreamReader {
  session: Session
  response: Response
  /** Reports in a row that were not sent to it. */
  skipped: number
}

/**
 * The report once a second, as server-sent events: first a `history`, then a `report` each second. A reader that has not
 * read what it was sent gets no further report until it has, which loses nothing because every report is complete. One
 * that reads nothing for 10 reports gets a `closed` with the reason and is disconnected. So the bytes buffered for slow
 * readers are bounded. A stream beyond the 500th is refused with a Fault that can be retried.
 */
export function startFreshnessStream({
  report,
  history,
  metrics,
  everyMs = EVERY_MS,
}: {
  report: () => Promise<FreshnessReport>
  history: { sample: () => void; read: () => AgeHistory }
  metrics: Registry
  everyMs?: number
}): FreshnessStream {
  const readers = new Map<Response, StreamReader | null>()
  const closedForSlowness = registerStreamMetrics(metrics, () => readers.size)
  const router = express.Router()
  router.get(STREAM.path, async (request, response) => {
    if (readers.size >= MAX_READERS)
      throw new Fault('too_many_streams', `${MAX_READERS} streams are open`, { canRetry: true })
    // Counted before the stream is opened, so that concurrent requests can't exceed the limit.
    readers.set(response, null)
    response.on('close', () => readers.delete(response))
    const session = await createSession(request, response, { retry: RETRY_MS })
    session.push(history.read(), 'history')
    session.push(await report(), 'report')
    if (session.isConnected) readers.set(response, { session, response, skipped: 0 })
  })

  function send(reader: StreamReader, latest: FreshnessReport): void {
    // Bytes that the kernel has not accepted because the reader's receive buffer is full.
    if (reader.response.writableLength === 0) {
      reader.skipped = 0
      reader.session.push(latest, 'report')
      return
    }
    reader.skipped += 1
    if (reader.skipped === MAX_SKIPPED) {
      closedForSlowness.inc()
      reader.session.push({ reason: `nothing was read for ${MAX_SKIPPED} reports` }, 'closed')
      reader.response.end()
    }
    // It has had one more turn to read the rest.
    if (reader.skipped > MAX_SKIPPED) reader.response.destroy()
  }

  async function broadcast(): Promise<void> {
    history.sample()
    if (readers.size === 0) return
    const latest = await report()
    for (const reader of readers.values()) if (reader !== null) send(reader, latest)
  }

  const timer = setInterval(() => void broadcast(), everyMs)
  return {
    router,
    close() {
      clearInterval(timer)
      for (const response of readers.keys()) response.end()
    },
  }
}

function registerStreamMetrics(registry: Registry, readers: () => number): Counter {
  const registers = [registry]
  new Gauge({
    name: 'shelfwire_stream_readers',
    help: 'Streams of the freshness report that are open',
    registers,
    collect() {
      this.set(readers())
    },
  })
  return new Counter({
    name: 'shelfwire_stream_readers_closed_total',
    help: 'Streams closed because their reader read nothing for 10 reports',
    registers,
  })
}
