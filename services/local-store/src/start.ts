import { fileURLToPath } from 'node:url'
import { createLog, createMetrics, listen, startInOrder, waitUntilUsable } from '@shelfwire/http'
import { createDecoder, createKafka } from '@shelfwire/kafka'
import { createPool, databaseFault, type Pool, serverProblems } from '@shelfwire/mysql'
import { createStoreApp } from './app.ts'
import type { CapabilityMaker } from './capability.ts'
import { consumeCommands } from './commands/commands-consumer.ts'
import type { Config } from './config.ts'
import { reportCutOff } from './cut-off.ts'
import { startBeats } from './heartbeats/beats.ts'
import { createHeardPing } from './heartbeats/heard-ping.ts'
import { listenToPings } from './heartbeats/pings-consumer.ts'
import { claimHead, readHead } from './journal/head-sql.ts'
import { createStoreLane } from './lane/store-lane.ts'
import { startForgetting } from './requests/forget-requests.ts'
import { reportClock } from './requests/report-clock.ts'
import { createSteadyClock } from './requests/steady-clock.ts'
import { startKeeping } from './retention/start-keeping.ts'
import { createStoreMetrics, watchGauges } from './store-metrics.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../conf/migrations/local-store', import.meta.url))
/** Connect may be away so long without a fact being lost. */
const BINLOG_RETENTION_DAYS = 7
const READ_CONNECTIONS = 4

/** Starts the service; waits for its database and throws a ConfigurationError when that can't be trusted. */
export function startStore(
  config: Config,
  makers: readonly CapabilityMaker[],
  now: () => Date = () => new Date(),
) {
  return startInOrder(async (pieces) => {
    const { storeId, database } = config
    const log = createLog(storeId, config.logLevel)
    const metrics = createMetrics('local-store')
    const measured = createStoreMetrics(metrics)

    const pool = createPool(database, { connections: READ_CONNECTIONS })
    pieces.defer(() => pool.end())
    await waitUntilUsable('database', () => databaseProblems(pool, storeId), { log })
    const { steadyAtUs } = await readHead(pool, storeId)
    const steady = createSteadyClock({ now, kept: steadyAtUs === null ? null : new Date(steadyAtUs / 1_000) })
    const lane = createStoreLane({
      ...{ address: database, storeId, now, steady },
      onCommit: measured.countCommit,
    })
    pieces.defer(() => lane.close())

    const capabilities = makers.map((make) =>
      make({ storeId, lane, database, pool, now, steady, log, metrics }),
    )
    pieces.defer(async () => void (await Promise.all(capabilities.map((each) => each.close?.()))))

    const heard = createHeardPing()
    const beats = startBeats({ lane, heard, log })
    pieces.defer(() => beats.close())
    // Each failed attempt is a detail; reportCutOff logs once that the store is cut off.
    const kafkaLog = log.isLevelEnabled('debug') ? log : log.child({}, { level: 'error' })
    const kafka = createKafka({ clientId: storeId, brokers: config.brokers, log: kafkaLog })
    const pings = listenToPings({ kafka, storeId, heard, onPing: beats.beat, now, log })
    pieces.defer(() => pings.close())
    const commands = consumeCommands({
      ...{ kafka, storeId, lane, log },
      decoder: createDecoder(config.registryUrl),
      kinds: capabilities.flatMap((each) => each.commands ?? []),
      onUnreadable: () => measured.unreadableCommands.inc(),
    })
    pieces.defer(() => commands.close())

    const forgetting = startForgetting({ pool, clock: steady, log })
    pieces.defer(() => forgetting.close())
    const maintenance = createPool(config.maintenance, { connections: 1 })
    pieces.defer(() => maintenance.end())
    const keeping = startKeeping({ pool, maintenance, lane, storeId, clock: steady, log })
    pieces.defer(() => keeping.close())

    const reach = { heard, brokerAnsweredMs: () => commands.lastAnswerMs, now }
    const cutOffReport = reportCutOff(reach, log)
    pieces.defer(() => cutOffReport.close())
    const clockReport = reportClock(steady, log)
    pieces.defer(() => clockReport.close())
    const ageSeconds = (ms: number | null) => (ms === null ? null : (now().getTime() - ms) / 1_000)
    watchGauges(metrics, {
      waiting: () => lane.waiting,
      clockAheadSeconds: () => steady.machineAheadMs() / 1_000,
      pingAgeSeconds: () => ageSeconds(heard.heardAtMs),
      brokerAgeSeconds: () => ageSeconds(commands.lastAnswerMs),
    })
    const routes = capabilities.flatMap((each) => each.routes ?? [])
    const app = createStoreApp({
      ...reach,
      pool,
      lane,
      routes,
      storeId,
      metrics,
      log,
      hosts: config.http.hosts,
    })
    const server = await listen(app, config.http)
    pieces.defer(() => server.close())
    log.info({ host: config.http.host, port: server.port }, 'the store is open')
    return { port: server.port }
  })
}

/** Why the store can't open on its database: checked like the configuration, every problem at once. */
async function databaseProblems(pool: Pool, storeId: string): Promise<string[]> {
  try {
    const demands = { binlogRetentionDays: BINLOG_RETENTION_DAYS, migrations: MIGRATIONS }
    const problems = await serverProblems(pool, demands)
    return problems.length > 0 ? problems : await claimHead(pool, storeId)
  } catch (error) {
    throw databaseFault(error)
  }
}
