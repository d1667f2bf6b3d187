import { join } from 'node:path'
import { hearFeedNotices, latestPingUs } from '@shelfwire/central'
import { Fault } from '@shelfwire/contracts'
import { createApp, createLog, createMetrics, type Listening, listen, type Running } from '@shelfwire/http'
import { createPool, readerOn, serverProblems } from '@shelfwire/mysql'
import express from 'express'
import { availabilityRoutes } from './availability/availability-routes.ts'
import { storePageRoutes } from './availability/store-page-routes.ts'
import type { Config } from './config.ts'
import { tellDatabaseTrouble } from './database-trouble.ts'
import { createAgeHistory } from './freshness/age-history.ts'
import { askAtMost } from './freshness/ask-at-most.ts'
import { readConnectors } from './freshness/connectors.ts'
import { selectFacts } from './freshness/facts-sql.ts'
import { freshnessRoutes } from './freshness/freshness-routes.ts'
import { STREAM, startFreshnessStream } from './freshness/freshness-stream.ts'
import { makeReport } from './freshness/make-report.ts'
import { startReaderClock } from './freshness/reader-clock.ts'
import { ledgerRoutes } from './ledger/ledger-routes.ts'
import { marginRoutes } from './margins/margin-routes.ts'
import { followFeed } from './memory/follow-feed.ts'
import { createMemory } from './memory/memory.ts'
import { registerMemoryMetrics } from './memory/memory-metrics.ts'
import { createSkuReader } from './memory/read-skus.ts'
import { productListRoutes } from './products/product-list-routes.ts'
import { productRoutes } from './products/product-routes.ts'
import { dailySalesRoutes } from './sales/daily-sales-routes.ts'
import { storeRoutes } from './stores/store-routes.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../conf/migrations/central')
const PAGE = join(import.meta.dirname, '../web')
const CONNECTIONS = 10
/** Without a look at the feed for longer, the service says that it isn't ready. */
const READY_SILENT_MS = 2_000

/** Builds the service and starts it; `close` takes it apart in reverse. Throws when its database can't be trusted. */
export async function startCentralQuery(
  config: Config,
  now: () => Date = () => new Date(),
): Promise<Running & Pick<Listening, 'port'>> {
  const log = createLog('central-query', config.logLevel)
  const metrics = createMetrics('central-query')
  const pool = createPool(config.database, { connections: CONNECTIONS })
  const problems = await serverProblems(pool, { binlogRetentionDays: 7, migrations: MIGRATIONS })
  if (problems.length > 0) throw new Fault('database_refused', problems.join('\n'), { canRetry: false })

  const memory = createMemory({ maxRows: config.memoryRows })
  const readerClock = await startReaderClock({
    pool,
    limits: config.limits,
    now,
    log,
    onTick: (reading) => memory.dropFutureProofs(latestPingUs(reading)),
  })
  const clock = readerClock.read
  const follower = await followFeed({ address: config.database, memory, log })
  const reader = createSkuReader(memory, follower)
  registerMemoryMetrics(metrics, { memory, follower, tally: reader.tally })

  const facts = askAtMost(() => selectFacts(readerOn(pool)), { keepMs: 250, deadlineMs: 1_000 })
  const { connectUrl } = config
  const connectors =
    connectUrl && askAtMost(() => readConnectors(connectUrl), { keepMs: 1_500, deadlineMs: 1_000 })
  const report = () => makeReport({ memory, follower, clock, facts, connectors: connectors || undefined })
  const stream = startFreshnessStream({ report, history: createAgeHistory(memory, clock), metrics })

  const app = createApp({
    info: {
      title: 'central-query',
      version: '1',
      description: 'Stock of every store, with proof of its age.',
    },
    routes: [
      ...availabilityRoutes({ memory, reader, clock }),
      ...storePageRoutes({ pool, clock }),
      ...freshnessRoutes({ report }),
      ...storeRoutes({ pool, now }),
      ...marginRoutes({ pool, memory, reader, now }),
      ...productListRoutes({ pool, now }),
      ...productRoutes({ pool, now }),
      ...ledgerRoutes({ pool }),
      ...dailySalesRoutes({ pool }),
    ].map(tellDatabaseTrouble),
    // One name deep: a look at the disk for every path would cost each answer a tenth of its time.
    pagePaths: ['/'],
    streams: [STREAM],
    pages: express.Router().use(stream.router).get('/{:file}', express.static(PAGE)),
    log,
    metrics,
    hosts: config.http.hosts,
    corsOrigins: config.corsOrigins,
    unreadyReasons: () =>
      memory.positions === undefined || follower.silentMs > READY_SILENT_MS
        ? [`central's feed has not been read for ${Math.round(follower.silentMs / 1_000)} s`]
        : [],
  })
  const listening = await listen(app, config.http)
  const { port } = listening
  const notices = await hearFeedNotices({ host: config.http.host, port }, follower.notice).catch((error) => {
    log.warn({ err: error, port }, 'no notices of the feed can be heard; it is looked at now and then')
    return null
  })
  log.info({ port }, 'listening')
  return {
    port,
    async close() {
      stream.close()
      notices?.close()
      await listening.close()
      readerClock.close()
      await follower.close()
      await pool.end()
    },
  }
}
