import { join } from 'node:path'
import { latestPingUs, listenForWakeUps } from '@shelfwire/central'
import { createApp, createLog, createMetrics, listen, startInOrder, waitUntilUsable } from '@shelfwire/http'
import { createPool, databaseFault, readerOn, serverProblems } from '@shelfwire/mysql'
import express from 'express'
import { availabilityRoutes } from './availability/availability-routes.ts'
import { storePageRoutes } from './availability/store-page-routes.ts'
import { registerCacheMetrics } from './cache/cache-metrics.ts'
import { followFeed } from './cache/follow-feed.ts'
import { createSkuReader } from './cache/read-skus.ts'
import { createStockCache } from './cache/stock-cache.ts'
import type { Config } from './config.ts'
import { createAgeHistory } from './freshness/age-history.ts'
import { readConnectors } from './freshness/connectors.ts'
import { selectFacts } from './freshness/facts-sql.ts'
import { freshnessRoutes } from './freshness/freshness-routes.ts'
import { STREAM, startFreshnessStream } from './freshness/freshness-stream.ts'
import { createLastAnswer } from './freshness/last-answer.ts'
import { makeReport } from './freshness/make-report.ts'
import { startReaderClock } from './freshness/reader-clock.ts'
import { ledgerRoutes } from './ledger/ledger-routes.ts'
import { marginRoutes } from './margins/margin-routes.ts'
import { productListRoutes } from './products/product-list-routes.ts'
import { productRoutes } from './products/product-routes.ts'
import { dailySalesRoutes } from './sales/daily-sales-routes.ts'
import { storeRoutes } from './stores/store-routes.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../conf/migrations/central')
const PAGE = join(import.meta.dirname, '../web')
/** Connect may be away so long without a change being lost. */
const BINLOG_RETENTION_DAYS = 7
const CONNECTIONS = 10
/** When the feed was last read longer ago, the service isn't ready. */
const MAX_READ_AGE_MS = 2_000

/** Starts the service; waits for its database and throws a ConfigurationError when that can't be trusted. */
export function startCentralQuery(config: Config, now: () => Date = () => new Date()) {
  return startInOrder(async (pieces) => {
    const log = createLog('central-query', config.logLevel)
    const metrics = createMetrics('central-query')
    const pool = createPool(config.database, { connections: CONNECTIONS })
    pieces.defer(() => pool.end())
    const demands = { binlogRetentionDays: BINLOG_RETENTION_DAYS, migrations: MIGRATIONS }
    await waitUntilUsable('database', () => serverProblems(pool, demands), { log })

    const cache = createStockCache({ maxRows: config.cacheRows })
    const readerClock = await startReaderClock({
      pool,
      limits: config.limits,
      now,
      log,
      onTick: (reading) => cache.dropFutureProofs(latestPingUs(reading)),
    })
    pieces.defer(() => readerClock.close())
    const clock = readerClock.read
    const follower = await followFeed({ address: config.database, cache, log })
    pieces.defer(() => follower.close())
    const reader = createSkuReader(cache, follower)
    registerCacheMetrics(metrics, { cache, follower, tally: reader.tally })

    const facts = createLastAnswer(() => selectFacts(readerOn(pool)), { keepMs: 250, deadlineMs: 1_000 })
    const { connectUrl } = config
    const connectors =
      connectUrl && createLastAnswer(() => readConnectors(connectUrl), { keepMs: 1_500, deadlineMs: 1_000 })
    const report = () => makeReport({ cache, follower, clock, facts, connectors: connectors || undefined })
    const stream = startFreshnessStream({ report, history: createAgeHistory(cache, clock), metrics })

    const app = createApp({
      info: {
        title: 'central-query',
        version: '1',
        description: 'Stock of every store, with proof of its age.',
      },
      routes: [
        ...availabilityRoutes({ cache, reader, clock }),
        ...storePageRoutes({ pool, clock }),
        ...freshnessRoutes({ report }),
        ...storeRoutes({ pool, now }),
        ...marginRoutes({ pool, cache, reader, now }),
        ...productListRoutes({ pool, now }),
        ...productRoutes({ pool, now }),
        ...ledgerRoutes({ pool }),
        ...dailySalesRoutes({ pool }),
      ],
      faultOf: databaseFault,
      // One name deep: a look at the disk for every path would cost each answer a tenth of its time.
      pagePaths: ['/'],
      streams: [STREAM],
      pages: express.Router().use(stream.router).get('/{:file}', express.static(PAGE)),
      log,
      metrics,
      hosts: config.http.hosts,
      corsOrigins: config.corsOrigins,
      unreadyReasons: () =>
        cache.positions === undefined || follower.readAgeMs > MAX_READ_AGE_MS
          ? [`central's feed has not been read for ${Math.round(follower.readAgeMs / 1_000)} s`]
          : [],
    })
    const server = await listen(app, config.http)
    pieces.defer(() => server.close())
    // Streams end before the server closes: it would wait for them.
    pieces.defer(() => stream.close())
    const { port } = server
    const wakeUps = await listenForWakeUps({ host: config.http.host, port }, follower.wakeUp).catch(
      (error) => {
        log.warn(
          { err: error, port },
          'UDP port not bound; no wake-ups arrive, and the feed is polled every 25 ms',
        )
        return null
      },
    )
    pieces.defer(() => wakeUps?.close())
    log.info({ port }, 'listening')
    return { port }
  })
}
