import { type CentralClock, MAX_CLOCK_BOUND_MS } from '@shelfwire/central'
import { usOfDate } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import { inSnapshot, type Pool } from '@shelfwire/mysql'
import type { Alarms } from './alarms.ts'
import { selectStoresAhead } from './commands/commands-sql.ts'
import { sendForgetEpochs } from './commands/forget-epochs.ts'
import { refillDroppedCommands } from './commands/refill-dropped.ts'
import { reportGaps, requestResyncs } from './commands/request-resync.ts'
import { resendOpenCommands } from './commands/resend-open.ts'
import { lowerFutureProofs } from './freshness/lower-future-proofs.ts'
import type { JournalConsumer } from './journal/journal-consumer.ts'
import type { UpdateMetrics } from './metrics.ts'
import { readHalts } from './parked/halts-sql.ts'
import { latestPingUsOn } from './pings/latest-ping.ts'
import type { Pings } from './pings/send-pings.ts'
import { type Repeating, repeat } from './repeat.ts'
import { forgetRecords } from './retention/forget-records.ts'
import { keepTables } from './retention/keep-tables.ts'
import { countSuspects } from './store-state/cursors-sql.ts'

export interface JobsOptions {
  pool: Pool
  /** Of the user who makes and drops partitions. */
  maintenance: Pool
  topic: string
  now: () => Date
  /** This machine's own clock. */
  wallClock: () => Date
  log: Logger
  metrics: UpdateMetrics
  alarms: Alarms
  consumer: JournalConsumer
  pings: Pings
  clock: CentralClock
  pingIntervalMs: number
}

const SECOND_MS = 1_000
const KEEP_INTERVAL_MS = 60_000
const FORGET_INTERVAL_MS = 3_600_000

/** Starts everything that is done by the clock and not by a record. */
export function startJobs(options: JobsOptions): Repeating {
  const { pool, maintenance, topic, now, wallClock, log, metrics, alarms } = options
  const { consumer, pings, clock, pingIntervalMs } = options
  /** Gaps that were reported, so that each pages once. */
  const paged = new Set<string>()
  /** Stores whose commands are stopped, so that each pages once. */
  let stopped = new Set<string>()
  const onError = (job: string) => (error: unknown) => log.warn({ err: error }, `${job} failed; retrying`)

  async function requestMissing(): Promise<void> {
    const nowUs = usOfDate(now())
    for (const { storeId, numbers } of await requestResyncs(pool, nowUs)) {
      log.info({ storeId, commands: numbers }, `requested missing entries of ${storeId} by resync commands`)
    }
    const { gaps, missing, overdue } = await reportGaps(pool, nowUs)
    metrics.gaps.set(gaps)
    metrics.missing.set(missing)
    for (const { storeId, epoch, fromSeq } of overdue) {
      const key = `${storeId} ${epoch}`
      if (paged.has(key)) continue
      alarms.raise('gap_unfilled', { storeId, epoch, fromSeq })
      paged.add(key)
    }
    for (const key of paged)
      if (!overdue.some(({ storeId, epoch }) => key === `${storeId} ${epoch}`)) paged.delete(key)
  }

  async function moveCommands(): Promise<void> {
    for (const { storeId, commands } of await refillDroppedCommands(pool, usOfDate(now())))
      log.warn(
        { storeId, commands },
        `${storeId} was restored to before commands that are dropped by now; sent ${commands} noops instead`,
      )
    for (const { overdue, ...standstill } of await resendOpenCommands(pool, usOfDate(now()))) {
      const { storeId, resent } = standstill
      if (overdue) alarms.raise('commands_stuck', standstill)
      else log.warn(standstill, `commands of ${storeId} unacknowledged for 15 s; resent ${resent}`)
    }
    const ahead = await selectStoresAhead(pool)
    for (const store of ahead) {
      if (stopped.has(store.storeId)) continue
      alarms.raise('commands_ahead', { ...store })
    }
    stopped = new Set(ahead.map(({ storeId }) => storeId))
  }

  async function watchHalts(): Promise<void> {
    const halts = await inSnapshot(pool, (trx) => trx.ask(readHalts(topic)))
    consumer.pauseOnly(halts)
    metrics.halted.set(halts.size)
    const { suspects, parkedOpen } = await countSuspects(pool)
    metrics.suspects.set(suspects)
    metrics.parkedOpen.set(parkedOpen)
  }

  async function keepClock(): Promise<void> {
    const measured = await clock.keep()
    if (measured === null) return
    const { wallAheadMs, wallLeaptMs, databaseLeaptMs, boundMs } = measured
    metrics.clockBound.set((Math.abs(wallAheadMs) + boundMs) / 1_000)
    const leaps = [wallAheadMs, wallLeaptMs, databaseLeaptMs, boundMs]
    if (leaps.some((ms) => Math.abs(ms) > MAX_CLOCK_BOUND_MS)) alarms.raise('clock', { ...measured })
  }

  async function watchProofs(): Promise<void> {
    await keepClock()
    const latestUs = latestPingUsOn(clock)
    // An unmeasured clock can't tell which proofs lie in the future.
    if (latestUs === 0) return
    for (const { storeId, asOfUs } of await lowerFutureProofs(pool, { latestUs, nowUs: usOfDate(now()) })) {
      const aheadMs = Math.ceil((asOfUs - latestUs) / 1_000)
      alarms.raise('as_of_from_future', { storeId, aheadMs })
    }
  }

  async function sendPing(): Promise<void> {
    // Looked at first, so that a clock that has just leapt is never sent.
    await keepClock()
    const { nowMs, ownBoundMs } = clock.read()
    if (ownBoundMs === null || ownBoundMs > MAX_CLOCK_BOUND_MS)
      throw new Error(`central's time is known to within ${ownBoundMs} ms only, so no ping is sent`)
    await pings.send(nowMs * 1_000)
    metrics.pingsSent.inc()
  }

  async function keep(): Promise<void> {
    for (const { storeId, below } of await sendForgetEpochs(pool, usOfDate(now())))
      log.info({ storeId, below }, `told ${storeId} that it may drop epochs below ${below} once they are old`)
    const { changed, failed } = await keepTables({ pool, maintenance }, now(), wallClock())
    for (const { table, add, drop } of changed)
      log.info({ table, add, drop }, `partitions of ${table} added and dropped`)
    for (const { table, error } of failed)
      log.warn({ err: error, table }, `partitions of ${table} not changed; retrying in a minute`)
  }

  async function forget(): Promise<void> {
    const { parked, productChanges } = await forgetRecords(pool, now(), wallClock())
    if (parked + productChanges > 0)
      log.info({ parked, productChanges }, 'deleted records older than 400 days')
  }

  const jobs = [
    repeat({ intervalMs: SECOND_MS, onError: onError('requesting missing entries') }, requestMissing),
    repeat({ intervalMs: SECOND_MS, onError: onError('resending commands') }, moveCommands),
    repeat({ intervalMs: SECOND_MS, onError: onError('reading the halted partitions') }, watchHalts),
    repeat({ intervalMs: SECOND_MS, onError: onError('checking clock and proofs') }, watchProofs),
    repeat({ intervalMs: pingIntervalMs, onError: onError('sending a ping') }, sendPing),
    repeat({ intervalMs: KEEP_INTERVAL_MS, onError: onError('adding and dropping partitions') }, keep),
    repeat({ intervalMs: FORGET_INTERVAL_MS, onError: onError('deleting old records') }, forget),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
