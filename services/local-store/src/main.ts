import { fileURLToPath } from 'node:url'
import {
  ConfigurationError,
  createLog,
  createMetrics,
  listen,
  type Running,
  runService,
} from '@shelfwire/http'
import { createDecoder, createKafka } from '@shelfwire/kafka'
import { createPool, type Pool, serverProblems } from '@shelfwire/mysql'
import { createStoreApp } from './app.ts'
import { obeyCommands } from './commands/commands-consumer.ts'
import { readConfig } from './config.ts'
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
import { createTimesReport } from './writes/report-times.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../conf/migrations/local-store', import.meta.url))
/** Connect may be away so long without a fact being lost. */
const BINLOG_RETENTION_DAYS = 7
const READ_CONNECTIONS = 4

await runService(start)

async function start(): Promise<Running> {
  const config = readConfig()
  const { storeId, database } = config
  const now = () => new Date()
  const log = createLog(storeId, config.logLevel)

  const pool = createPool(database, { connections: READ_CONNECTIONS })
  await checkDatabase(pool, storeId)

  const metrics = createMetrics('local-store')
  const measured = createStoreMetrics(metrics)
  const reportTimes = createTimesReport(log)
  const { steadyAtUs } = await readHead(pool, storeId)
  const steady = createSteadyClock({ now, kept: steadyAtUs === null ? null : new Date(steadyAtUs / 1_000) })
  const lane = createStoreLane({
    ...{ address: database, storeId, now, steady, caseTwins: config.caseTwins },
    onCommit(batch, answers, seconds) {
      measured.countCommit(batch, answers, seconds)
      reportTimes(batch, answers)
    },
  })

  const heard = createHeardPing()
  const beats = startBeats({ lane, heard, log })
  // Each failed attempt is a detail; that the store is cut off is said once, by reportCutOff.
  const kafkaLog = log.isLevelEnabled('debug') ? log : log.child({}, { level: 'error' })
  const kafka = createKafka({ clientId: storeId, brokers: config.brokers, log: kafkaLog })
  const pings = listenToPings({ kafka, storeId, heard, onPing: beats.beat, now, log })
  const decoder = createDecoder(config.registryUrl)
  const onUnreadable = () => measured.unreadableCommands.inc()
  const commands = obeyCommands({ kafka, decoder, storeId, lane, log, onUnreadable })
  const forgetting = startForgetting({ pool, clock: steady, log })
  const maintenance = createPool(config.maintenance, { connections: 1 })
  const keeping = startKeeping({ pool, maintenance, lane, storeId, clock: steady, log })

  const reach = { heard, brokerAnsweredMs: () => commands.lastAnswerMs, now }
  const reporting = reportCutOff(reach, log)
  const clockReport = reportClock(steady, log)
  const ageSeconds = (ms: number | null) => (ms === null ? null : (now().getTime() - ms) / 1_000)
  watchGauges(metrics, {
    waiting: () => lane.waiting,
    clockAheadSeconds: () => steady.machineAheadMs() / 1_000,
    pingAgeSeconds: () => ageSeconds(heard.heardAtMs),
    brokerAgeSeconds: () => ageSeconds(commands.lastAnswerMs),
  })
  const app = createStoreApp({ ...reach, pool, lane, storeId, metrics, log, hosts: config.http.hosts })
  const server = await listen(app, config.http)
  log.info({ host: config.http.host, port: server.port }, 'the store is open')

  return {
    async close() {
      await server.close()
      beats.close()
      reporting.close()
      clockReport.close()
      await Promise.all([pings.close(), commands.close(), forgetting.close(), keeping.close()])
      await lane.close()
      await Promise.all([pool.end(), maintenance.end()])
    },
  }
}

/** The database is checked like the configuration: every problem at once, before anything is sold. */
async function checkDatabase(pool: Pool, storeId: string): Promise<void> {
  const demands = { binlogRetentionDays: BINLOG_RETENTION_DAYS, migrations: MIGRATIONS }
  const problems = await serverProblems(pool, demands)
  if (problems.length === 0) problems.push(...(await claimHead(pool, storeId)))
  if (problems.length > 0) throw new ConfigurationError(problems)
}
