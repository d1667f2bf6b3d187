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
  /** An error of what the service works with, such as its database's driver, as the Fault that a client gets. */
  faultOf?: (error: unknown) => unknown
  /** Pages and streams, which answer by themselves. */
  pages?: Router
  /** Of `pages`: streams for the document, and the paths of pages. */
  streams?: readonly StreamAbout[]
  pagePaths?: readonly string[]
}

/** Where every service is looked at by people and machines. */
const OPERATIONS = ['/openapi.json', '/docs', '/livez', '/readyz', '/metrics']

/**
 * The app every service is: its routes, their documents, health and metrics, and one error handler. Routes come
 * first, behind as little as they need, for they are asked thousands of times a second.
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
  // Failures are logged by the error handler, once and with their cause; each request only for who debugs.
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

/** What people and machines read about the service, and with it the headers that pages need. */
function operations({
  document,
  title,
  metrics,
  unreadyReasons,
}: Pick<AppOptions, 'metrics' | 'unreadyReasons'> & { document: object; title: string }): Router {
  const router = express.Router()
  // Plain HTTP on a store's own network: nothing here may tell a browser to come back with TLS.
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
