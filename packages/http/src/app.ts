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
import { countRefusedConnections, timeRequests } from './metrics.ts'
import { type DocumentInfo, openApiDocument, type StreamAbout, withLiveExamples } from './openapi.ts'
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
  /** Converts an error of a dependency, such as the database's driver, to the Fault that the client gets. */
  faultOf?: (error: unknown) => unknown
  /** Pages and streams, which write their own answers. */
  pages?: Router
  /** About `pages`: streams for the OpenAPI document, and the paths of pages. */
  streams?: readonly StreamAbout[]
  pagePaths?: readonly string[]
}

/** Paths that every service has, for people and monitoring. */
const OPERATIONS = ['/openapi.json', '/docs', '/livez', '/readyz', '/metrics']

/**
 * The Express app of every service: its routes, their documents, health and metrics, and one error handler. Routes come
 * first, after as little middleware as they need, because they serve thousands of requests a second.
 */
export function createApp(options: AppOptions): Express {
  const { info, routes, log, metrics, unreadyReasons, pages, corsOrigins = [] } = options
  const { faultOf = (error) => error, streams = [], pagePaths = [] } = options
  const others = [...OPERATIONS, ...pagePaths, ...streams.map(({ path }) => path)]
  const methodsAt = methodsOf([...routes, ...others.map((path) => ({ method: 'get' as const, path }))])
  const app = express()
  app.locals.refusedConnections = countRefusedConnections(metrics)
  app.disable('x-powered-by')
  app.set('query parser', parseQuery)
  app.set('etag', false)
  app.use(timeRequests(metrics))
  // The error handler logs failures, once and with their cause; requests are logged at debug level only.
  if (log.isLevelEnabled('debug')) app.use(pinoHttp({ logger: log, useLevel: 'debug' }))
  app.use(guardAccess(options))
  if (corsOrigins.length > 0) app.use(answerCors(corsOrigins, methodsAt))
  const readBody = readJsonBody()
  for (const route of routes) {
    const before = route.schemas.body === undefined ? [] : readBody
    app[route.method](route.path, ...before, serveRoute(route))
  }

  const document = openApiDocument(info, routes, streams)
  app.use(operations({ document, title: info.title, metrics, unreadyReasons }))
  if (pages !== undefined) app.use(pages)
  app.use(unknownRoute(methodsAt))
  app.use(errorHandler(log, faultOf))
  return app
}

/** Pages about the service, with the security headers that pages need. */
function operations({
  document,
  title,
  metrics,
  unreadyReasons,
}: Pick<AppOptions, 'metrics' | 'unreadyReasons'> & { document: object; title: string }): Router {
  const router = express.Router()
  // Stores use plain HTTP in their own network, so no header may tell a browser to use TLS (HSTS, upgrades).
  router.use(
    helmet({
      strictTransportSecurity: false,
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    }),
  )
  const text = JSON.stringify(document)
  router.get('/openapi.json', (_request, response) => {
    response.type('json').send(withLiveExamples(text))
  })
  router.use(docsPage(title))
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

/** Probes have a limit of their own and take a late answer for a dead process, so readiness is decided before it. */
const READY_WITHIN_MS = 3_000

async function reasonsInTime(unreadyReasons: AppOptions['unreadyReasons']): Promise<string[]> {
  const { promise: late, resolve } = Promise.withResolvers<string[]>()
  const timer = setTimeout(resolve, READY_WITHIN_MS, [
    `the readiness check got no answer for ${READY_WITHIN_MS / 1_000} s`,
  ])
  try {
    return await Promise.race([unreadyReasons(), late])
  } finally {
    clearTimeout(timer)
  }
}
