import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '@shelfwire/contracts'
import express, { type Express, type Router } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import type { Registry } from 'prom-client'
import { docsPage } from './docs-page.ts'
import { errorHandler, unknownRoute } from './errors.ts'
import { type Access, answerCors, guardAccess } from './hosts-and-origins.ts'
import { readJsonBody } from './json-body.ts'
import { methodsOf } from './known-paths.ts'
import { timeRequests } from './metrics.ts'
import { type DocumentInfo, openApiDocument } from './openapi.ts'
import { problem } from './problem.ts'
import { parseQuery } from './query-string.ts'
import type { Route } from './route.ts'
import { sendReply, serveRoute } from './serve-route.ts'

export interface AppOptions extends Access {
  info: DocumentInfo
  routes: readonly Route[]
  log: Logger
  metrics: Registry
  /** Why the service can't do its work now, one sentence each; empty when it can. */
  unreadyReasons: () => Promise<string[]> | string[]
  /** An error of what the service works with, such as its database's driver, as the Fault that a client gets. */
  faultOf?: (error: unknown) => unknown
  /** Pages and streams that are no API. */
  pages?: Router
}

/**
 * The app every service is: its routes, their documents, health and metrics, and one error handler. Routes come
 * first, behind as little as they need, for they are asked thousands of times a second.
 */
export function createApp(options: AppOptions): Express {
  const { info, routes, log, metrics, unreadyReasons, pages, corsOrigins = [] } = options
  const { faultOf = (error) => error } = options
  const methodsAt = methodsOf(routes)
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', parseQuery)
  app.set('etag', false)
  app.use(timeRequests(metrics))
  // Failures are logged by the error handler, once and with their cause; each request only for who debugs.
  if (log.isLevelEnabled('debug')) app.use(pinoHttp({ logger: log, useLevel: 'debug' }))
  app.use(guardAccess(options))
  if (corsOrigins.length > 0) app.use(answerCors(corsOrigins, methodsAt))
  const readBody = readJsonBody()
  for (const route of routes) {
    const before = route.schemas.body === undefined ? [] : readBody
    app[route.method](route.path, ...before, serveRoute(route))
  }

  app.use(operations({ info, routes, metrics, unreadyReasons }))
  if (pages !== undefined) app.use(pages)
  app.use(unknownRoute(methodsAt))
  app.use(errorHandler(log, faultOf))
  return app
}

/** What people and machines read about the service, and with it the headers that pages need. */
function operations({
  info,
  routes,
  metrics,
  unreadyReasons,
}: Pick<AppOptions, 'info' | 'routes' | 'metrics' | 'unreadyReasons'>): Router {
  const router = express.Router()
  // Plain HTTP on a store's own network: nothing here may tell a browser to come back with TLS.
  router.use(
    helmet({
      strictTransportSecurity: false,
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    }),
  )
  const document = openApiDocument(info, routes)
  router.get('/openapi.json', (_request, response) => void response.json(document))
  router.use(docsPage(info.title))
  router.get('/livez', (_request, response) => void response.json({ status: 'ok' }))
  router.get('/readyz', async (_request, response) => {
    const reasons = await reasonsInTime(unreadyReasons)
    if (reasons.length === 0) return void response.json({ status: 'ok' })
    const detail = reasons.join('; ')
    sendReply(response, problem({ status: 503, code: 'not_ready', detail, extensions: { reasons } }))
  })
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics())
  })
  return router
}

/** What asks whether a service is ready has a limit of its own, and takes no answer for a dead process. */
const READY_WITHIN_MS = 3_000

async function reasonsInTime(unreadyReasons: AppOptions['unreadyReasons']): Promise<string[]> {
  const { promise: late, resolve } = Promise.withResolvers<string[]>()
  const timer = setTimeout(resolve, READY_WITHIN_MS, [
    `what it needs has not answered for ${READY_WITHIN_MS / 1_000} s`,
  ])
  try {
    return await Promise.race([unreadyReasons(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** How often a closing server looks for connections whose answer is out. */
const SWEEP_MS = 50

export interface Listening {
  port: number
  /** Stops taking connections and waits for the answers under way. */
  close(): Promise<void>
}

/** Binds the app; throws the Fault `port_taken` naming the address. */
export async function listen(
  app: Express,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = await new Promise<Server>((resolve, reject) => {
    const starting = app.listen(port, host, (error?: Error) => {
      if (error === undefined) return resolve(starting)
      const message = `HTTP_PORT: ${host}:${port} can't be bound; choose a free port`
      reject(new Fault('port_taken', message, { canRetry: false, cause: error }))
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        // A client that keeps its connection and goes on asking would keep us open for as long as it likes.
        server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
        server.close(() => {
          clearInterval(sweep)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
