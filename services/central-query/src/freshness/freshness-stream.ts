import { createChannel, createSession } from 'better-sse'
import express, { type Response, type Router } from 'express'
import type { AgeHistory } from './age-history.ts'
import type { FreshnessReport } from './report.ts'

const EVERY_MS = 1_000
/** How soon a page that lost its stream comes back. */
const RETRY_MS = 1_000

export interface FreshnessStream {
  router: Router
  /** Ends all streams: a server waits for its connections before it closes. */
  close(): void
}

/** The report once a second, as server-sent events: first a `history`, then a `report` each second. */
export function startFreshnessStream(needs: {
  report: () => Promise<FreshnessReport>
  history: { sample: () => void; read: () => AgeHistory }
}): FreshnessStream {
  const { report, history } = needs
  const channel = createChannel()
  const open = new Set<Response>()
  const router = express.Router()
  router.get('/v1/freshness/stream', async (request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    const session = await createSession(request, response, { retry: RETRY_MS })
    session.push(history.read(), 'history')
    session.push(await report(), 'report')
    if (session.isConnected) channel.register(session)
  })

  const timer = setInterval(() => {
    history.sample()
    if (channel.sessionCount > 0) void report().then((latest) => channel.broadcast(latest, 'report'))
  }, EVERY_MS)
  return {
    router,
    close() {
      clearInterval(timer)
      for (const response of open) response.end()
    },
  }
}
