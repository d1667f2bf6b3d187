import { createServer, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '@shelfwire/contracts'
import type { Express } from 'express'

/**
 * How long a connection may be silent. A request is at most 1 MiB. A till that sells once a minute keeps its connection,
 * and so does a proxy whose own limit is 60 s.
 */
const PATIENCE: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_000,
}
/** A connection takes some 10 kB. */
const MAX_CONNECTIONS = 2_000
/** How often a closing server closes connections that have their answer. */
const SWEEP_MS = 50

export interface Listening {
  port: number
  /** Stops accepting connections and waits for running requests. */
  close(): Promise<void>
}

export interface ListenOptions {
  host: string
  port: number
  /** Open at a time; further ones are closed at once and counted. */
  maxConnections?: number
  patience?: ServerOptions
}

/** Binds the app; throws the Fault `port_taken` naming the address. */
export async function listen(app: Express, options: ListenOptions): Promise<Listening> {
  const { host, port, maxConnections = MAX_CONNECTIONS, patience = PATIENCE } = options
  const server = createServer(patience, app)
  server.maxConnections = maxConnections
  server.on('drop', () => app.locals.refusedConnections.inc())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const message = `HTTP_PORT: ${host}:${port} can't be bound; choose a free port`
      reject(new Fault('port_taken', message, { canRetry: false, cause: error }))
    })
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        // Else a client that keeps sending requests on its connection would keep the server open.
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
