import type { Request, RequestHandler } from 'express'
import { problem, type Reply } from './problem.ts'
import { sendReply } from './serve-route.ts'

export interface Access {
  /** Names by which clients reach the service, besides loopback and the local address of a connection. */
  hosts?: readonly string[] | undefined
  /** Origins such as `https://portal.example` whose pages may use the service from a browser; none by default. */
  corsOrigins?: readonly string[] | undefined
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses requests that another site's page makes a browser send, before any route runs. A Host that isn't ours (DNS
 * rebinding) is 421, several Host headers 400, and a write from an origin that is neither ours nor listed 403. Clients
 * other than browsers send neither Origin nor Sec-Fetch-Site; only their Host is checked.
 */
export function guardAccess({ hosts = [], corsOrigins = [] }: Access): RequestHandler {
  const served = new Set([...LOOPBACK, ...hosts.map((host) => host.toLowerCase())])
  const origins = new Set(corsOrigins)
  return (request, response, next) => {
    const refusal = refuseHost(request, served) ?? refuseForeignWrite(request, origins)
    if (refusal !== undefined) return sendReply(response, refusal)
    next()
  }
}

function refuseHost(request: Request, served: ReadonlySet<string>): Reply | undefined {
  if (countHosts(request.rawHeaders) > 1) {
    return problem({ status: 400, code: 'repeated_host', detail: 'header Host: must be given once' })
  }
  const { host } = request.headers
  // Only HTTP/1.0, which no browser uses, may omit Host; Node refuses HTTP/1.1 without it.
  if (host === undefined) return undefined
  const name = nameOf(host)
  if (served.has(name) || name === ownAddress(request)) return undefined
  const detail = `header Host: ${JSON.stringify(host)} is not a name of this service; HTTP_HOSTS lists its names`
  return problem({ status: 421, code: 'host_not_served', detail })
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}

/** The host without its port, which a proxy or a container may have changed. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

/** DNS rebinding needs a name, so the plain address of the connection is allowed. Probes of orchestrators use it. */
function ownAddress({ socket: { localAddress = '' } }: Request): string {
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '')
  return address.includes(':') ? `[${address}]` : address
}

function refuseForeignWrite(request: Request, origins: ReadonlySet<string>): Reply | undefined {
  if (READS.has(request.method)) return undefined
  const { origin, host, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && origins.has(origin)) return undefined
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (!isForeign && (origin === undefined || isOwn(origin, host))) return undefined
  const from = origin ?? `a ${site} page`
  const detail = `header Origin: a page of ${from} may not write here; CORS_ORIGINS of central-query lists those that may`
  return problem({ status: 403, code: 'foreign_origin', detail })
}

/** Both schemes, because TLS may end at a proxy in front of the service. */
function isOwn(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

const PREFLIGHT_SECONDS = 600

/** Lets pages of the listed origins read answers, and answers their preflights with the methods of each path. */
export function answerCors(
  corsOrigins: readonly string[],
  methodsAt: (path: string) => readonly string[],
): RequestHandler {
  const origins = new Set(corsOrigins)
  return (request, response, next) => {
    response.setHeader('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !origins.has(origin)) return next()
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-expose-headers', 'Retry-After')
    const methods = methodsAt(request.path)
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method']
    if (!isPreflight || methods.length === 0) return next()
    sendReply(response, {
      status: 204,
      headers: {
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': 'Content-Type, Idempotency-Key',
        'access-control-max-age': String(PREFLIGHT_SECONDS),
      },
    })
  }
}
