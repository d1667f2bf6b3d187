import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createCentralClock, createWakeUpSender } from '@shelfwire/central'
import {
  ConfigurationError,
  createLog,
  createMetrics,
  type Logger,
  listen,
  type Running,
} from '@shelfwire/http'
import { createDecoder, createKafka } from '@shelfwire/kafka'
import { classifyError, createPool, type Pool, serverProblems } from '@shelfwire/mysql'
import { createUpdateApp } from './app.ts'
import type { Applied } from './apply/apply-lane.ts'
import { createApplyLanes } from './apply/apply-lanes.ts'
import type { Config } from './config.ts'
import { startJobs } from './jobs.ts'
import { positionsOutsideLog } from './journal/check-positions.ts'
import { createJournalConsumer } from './journal/journal-consumer.ts'
import { createUpdateMetrics } from './metrics.ts'
import { latestPingUsOn } from './pings/latest-ping.ts'
import { createPings } from './pings/send-pings.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../conf/migrations/central')
const BINLOG_RETENTION_DAYS = 7
/** The jobs and the routes; the apply lane has a session of its own. */
const CONNECTIONS = 8
const RETRY_MS = 1_000
/** Stores that aren't registered, and are named in the log. */
const MAX_UNCLAIMED_LOGGED = 1_000
/** How long the database may take to say that it is there. */
const READY_WITHIN_MS = 2_000
/** While one partition's schema is asked for, no other partition is read: well below the 5 s of `fresh`. */
const REGISTRY_ANSWER_WITHIN_MS = 2_000

/** Builds central-update and starts it: database first, then HTTP, then Kafka, which may be down. */
export async function startCentralUpdate(config: Config, wallClock = () => new Date()): Promise<Running> {
  const log = createLog('central-update', config.logLevel)
  const registry = createMetrics('central-update')
  const pool = createPool(config.database, { connections: CONNECTIONS })
  const maintenance = createPool(config.maintenance, { connections: 1 })
  await checkDatabase(pool, log)
  const { journalTopic: topic, groupId, instance } = config
  const clock = createCentralClock({ pool, instance, now: wallClock })
  await clock.keep()
  // Also what is written and what is due goes by central's time: a gap noted by a clock that was an hour ahead would be
  // asked for an hour late.
  const now = () => new Date(clock.read().nowMs)
  const metrics = createUpdateMetrics(registry, now)

  /** By partition, why its records aren't applied. */
  const applyTroubles = new Map<number, string>()
  let closing = false
  const lane = createApplyLanes({
    ...config,
    topic,
    now,
    latestPingUs: () => latestPingUsOn(clock),
    onApplied,
    onTrouble({ partitions, error, attempt, page }) {
      for (const partition of partitions) applyTroubles.set(partition, messageOf(error))
      // Each doubling: an outage of an hour is a dozen lines and not a thousand.
      if ((attempt & (attempt - 1)) !== 0) return
      if (page) alarm('records_not_applied', { partitions, err: error, attempt })
      else log.warn({ partitions, err: error, attempt }, 'records not applied; trying again')
    },
  })
  const kafka = createKafka({ clientId: instance, brokers: config.brokers, log })
  const decoder = createDecoder(config.registryUrl, { answerWithinMs: REGISTRY_ANSWER_WITHIN_MS })
  const consumer = createJournalConsumer({
    kafka,
    groupId,
    topic,
    decoder,
    push: lane.push,
    maxQueued: config.queuedRecords,
    log,
    onStopped: () => void keepReading(),
    onMovedBack: (partition, detail) => alarm('log_moved_back', { partition, detail }),
    onOutsideLog: (partition, detail) => alarm('offset_outside_log', { partition, detail }),
    onUndecoded: (partition, detail) => alarm('schema_unavailable', { partition, detail }),
  })
  const pings = createPings({ kafka, topic: config.pingsTopic })
  const readers = createWakeUpSender(config.feedReaders)
  const unclaimed = new Set<string>()

  function alarm(reason: string, detail: object): void {
    metrics.alarms.inc({ reason })
    log.error({ alarm: reason, ...detail }, 'a person must look at this')
  }
  /** A store that isn't registered beats once a second: its alarm is counted each time, and logged once. */
  function alarmOnce(reason: string, detail: { detail: string }): void {
    const isLogged = unclaimed.has(detail.detail) || unclaimed.size >= MAX_UNCLAIMED_LOGGED
    if (reason === 'unclaimed_beat' && isLogged) metrics.alarms.inc({ reason })
    else alarm(reason, detail)
    if (reason === 'unclaimed_beat' && !isLogged) unclaimed.add(detail.detail)
  }
  function onApplied(applied: Applied): void {
    readers.send()
    for (const { partition } of applied.slices) applyTroubles.delete(partition)
    metrics.applied(applied)
    for (const { reason, ...detail } of applied.alarms) alarmOnce(reason, detail)
    consumer.pauseOnly(applied.halted)
    consumer.offsets.settled(applied.nextOffsets)
  }
  async function keepReading(): Promise<void> {
    while (!closing) {
      try {
        for (const place of await positionsOutsideLog(kafka, { groupId, topic }))
          alarm('offset_outside_log', place)
        return await consumer.start()
      } catch (error) {
        log.warn({ err: error }, 'the journal is not read; trying again')
        await pause(RETRY_MS)
      }
    }
  }
  async function unreadyReasons(): Promise<string[]> {
    const database = await pool.query({ sql: 'SELECT 1', timeout: READY_WITHIN_MS }).then(
      () => [],
      (error) => [`the database does not answer: ${messageOf(error)}`],
    )
    const records = [...applyTroubles].map(
      ([partition, reason]) => `records of partition ${partition} can't be applied: ${reason}`,
    )
    return [...database, ...records, ...consumer.troubles()]
  }

  const app = createUpdateApp({
    pool,
    topic,
    now,
    log,
    metrics: registry,
    unreadyReasons,
    hosts: config.http.hosts,
  })
  const server = await listen(app, config.http)
  log.info({ port: server.port }, 'central-update answers')
  // Not awaited: Kafka may be down now and come back later, which /readyz tells.
  void keepReading()
  const jobs = startJobs({
    ...config,
    pool,
    maintenance,
    topic,
    now,
    wallClock,
    log,
    metrics,
    consumer,
    pings,
    clock,
  })

  return {
    async close() {
      closing = true
      await server.close()
      await jobs.stop()
      await consumer.stop(lane.close)
      readers.close()
      await pings.close()
      await Promise.all([pool.end(), maintenance.end()])
    },
  }
}

/** Waits until the database answers, then refuses to run on one that can't be trusted. */
async function checkDatabase(pool: Pool, log: Logger): Promise<void> {
  for (;;) {
    try {
      const problems = await serverProblems(pool, {
        binlogRetentionDays: BINLOG_RETENTION_DAYS,
        localInfile: true,
        migrations: MIGRATIONS,
      })
      if (problems.length > 0) throw new ConfigurationError(problems)
      return
    } catch (error) {
      if (error instanceof ConfigurationError || classifyError(error) === 'statement') throw error
      log.warn({ err: error }, 'the database does not answer; trying again')
      await pause(RETRY_MS)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
