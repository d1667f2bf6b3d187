import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export { Counter, Gauge, Histogram, Registry }

/** The default of 10 ms wakes the process so often that it is a quarter of what an idle store's service costs. */
const EVENT_LOOP_SAMPLE_MS = 50

/** A registry with the metrics of the process, in which a service registers its own. */
export function createMetrics(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS })
  return registry
}

/** Counts connections that were closed at once because too many were open. */
export function countRefusedConnections(registry: Registry): Counter {
  return new Counter({
    name: 'http_connections_refused_total',
    help: 'Connections closed at once because HTTP_MAX_CONNECTIONS were open',
    registers: [registry],
  })
}

/** Times each request by method, route pattern and status. */
export function timeRequests(registry: Registry): RequestHandler {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return (request, response, next) => {
    const began = process.hrtime.bigint()
    response.on('finish', () => {
      const route = typeof request.route?.path === 'string' ? request.route.path : 'unknown'
      const elapsed = Number(process.hrtime.bigint() - began) / 1e9
      seconds.observe({ method: request.method, route, status: String(response.statusCode) }, elapsed)
    })
    next()
  }
}
