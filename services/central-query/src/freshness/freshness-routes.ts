import { type Route, route } from '@shelfwire/http'
import { type FreshnessReport, freshnessReport } from './report.ts'

/** Which store is behind, by how much and why. */
export function freshnessRoutes({ report }: { report: () => Promise<FreshnessReport> }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/freshness',
      summary: 'Every store: how far behind, and why',
      description:
        'State and age rest on proof alone; connector, lag and the sentence `why` are there to help people. ' +
        'The same each second as server-sent events: /v1/freshness/stream.',
      tag: 'freshness',
      responses: { 200: freshnessReport },
      handle: async () => ({ status: 200, body: await report() }),
    }),
  ]
}
