import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createCentralClock, createWakeUpSender } from '@shelfwire/central'
import { createLog, createMetrics, listen, startInOrder, waitUntilUsable } from '@shelfwire/http'
import { createDecoder, createKafka } from '@shelfwire/kafka'
import { createPool, pingDatabase, serverProblems } from '@shelfwire/mysql'
import { createAlarms } from './alarms.ts'
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
import type { Projection } from './projections/projection.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../conf/migrations/central')
const BINLOG_RETENTION_DAYS = 7
/** The jobs and the routes; the apply lanes have sessions of their own. */
const CONNECTIONS = 8
const RETRY_MS = 1_000
/** How long the database may take to answer `/readyz`. */
const READY_WITHIN_MS = 2_000
/** While one partition's schema is asked for, no other partition is read: well below the 5 s of `fresh`. */
const REGISTRY_ANSWER_WITHIN_MS = 2_000

/**
 * Starts central-update: database first, then HTTP, then Kafka, which may be down. Throws a ConfigurationError when the
 * database can't be trusted.
 */
export function startCentralUpdate(
  config: Config,
  projections: readonly Projection[],
  wallClock = () => new Date(),
) {
  return startInOrder(async (pieces) => {
    const { journalTopic: topic, groupId, instance } = config
    const log = createLog('central-update', config.logLevel)
    const registry = createMetrics('central-update')
    const pool = createPool(config.database, { connections: CONNECTIONS })
    pieces.defer(() => pool.end())
    const maintenance = createPool(config.maintenance, { connections: 1 })
    pieces.defer(() => maintenance.end())
    const demands = {
      binlogRetentionDays: BINLOG_RETENTION_DAYS,
      localInfile: true,
      migrations: MIGRATIONS,
    }
    await waitUntilUsable('database', () => serverProblems(pool, demands), { log })
    const clock = createCentralClock({ pool, instance, now: wallClock })
    await clock.keep()
    // Also what is written and what is due goes by central's time: a gap noted by a clock that was an hour ahead would
    // be requested an hour late.
    const now = () => new Date(clock.read().nowMs)
    const metrics = createUpdateMetrics(registry, now)
    const alarms = createAlarms({ log, metrics })

    /** By partition, why its records aren't applied. */
    const applyTroubles = new Map<number, string>()
    const lanes = createApplyLanes({
      ...config,
      projections,
      topic,
      now,
      latestPingUs: () => latestPingUsOn(clock),
      onApplied,
      onTrouble({ partitions, error, attempt, page }) {
        for (const partition of partitions) applyTroubles.set(partition, messageOf(error))
        // Each doubling: an outage of an hour is a dozen lines and not a thousand.
        if ((attempt & (attempt - 1)) !== 0) return
        if (page) alarms.raise('records_not_applied', { partitions, err: error, attempt })
        else log.warn({ partitions, err: error, attempt }, 'records not applied; retrying')
      },
    })
    const kafka = createKafka({ clientId: instance, brokers: config.brokers, log })
    const consumer = createJournalConsumer({
      kafka,
      groupId,
      topic,
      decoder: createDecoder(config.registryUrl, { answerWithinMs: REGISTRY_ANSWER_WITHIN_MS }),
      push: lanes.push,
      maxQueued: config.queuedRecords,
      log,
      onStopped: () => void keepReading(),
      onMovedBack: (partition, detail) => alarms.raise('log_moved_back', { partition, detail }),
      onOutsideLog: (partition, detail) => alarms.raise('offset_outside_log', { partition, detail }),
      onUndecoded: (partition, detail) => alarms.raise('schema_unavailable', { partition, detail }),
    })
    const pings = createPings({ kafka, topic: config.pingsTopic })
    pieces.defer(() => pings.close())
    const wakeUps = createWakeUpSender(config.feedReaders)
    pieces.defer(() => wakeUps.close())

    function onApplied(applied: Applied): void {
      wakeUps.send()
      for (const { partition } of applied.slices) applyTroubles.delete(partition)
      metrics.applied(applied)
      for (const { reason, ...detail } of applied.alarms) alarms.raise(reason, detail)
      consumer.pauseOnly(applied.halted)
      consumer.offsets.settled(applied.nextOffsets)
    }

    let closing = false
    async function keepReading(): Promise<void> {
      while (!closing) {
        try {
          for (const place of await positionsOutsideLog(kafka, { groupId, topic }))
            alarms.raise('offset_outside_log', place)
          return await consumer.start()
        } catch (error) {
          log.warn({ err: error }, 'the journal topic can not be read; retrying')
          await pause(RETRY_MS)
        }
      }
    }
    pieces.defer(() => consumer.stop(lanes.close))

    async function unreadyReasons(): Promise<string[]> {
      const database = await pingDatabase(pool, READY_WITHIN_MS).then(
        () => [],
        (error) => [`the database does not answer: ${messageOf(error)}`],
      )
      const records = [...applyTroubles].map(
        ([partition, reason]) => `records of partition ${partition} can't be applied: ${reason}`,
      )
      return [...database, ...records, ...consumer.troubles()]
    }

    const { hosts } = config.http
    const app = createUpdateApp({ pool, topic, now, log, metrics: registry, unreadyReasons, hosts })
    const jobs = startJobs({
      ...config,
      ...{ pool, maintenance, topic, now, wallClock, log, metrics, alarms, consumer, pings, clock },
    })
    pieces.defer(() => jobs.stop())
    const server = await listen(app, config.http)
    pieces.defer(() => server.close())
    pieces.defer(() => {
      closing = true
    })
    const { port } = server
    log.info({ port }, 'listening')
    // Not awaited: Kafka may be down now and come back later; /readyz says so.
    void keepReading()
    return { port }
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
