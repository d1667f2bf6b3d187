import { type CentralClock, MAX_CLOCK_BOUND_MS } from '@shelfwire/central'
import { usOfDate } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import { inSnapshot, type Pool } from '@shelfwire/mysql'
import { selectStoresAhead } from './commands/commands-sql.ts'
import { tellForgetEpochs } from './commands/forget-epochs.ts'
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
import { keepTables } from './retention/keep-tables.ts'
import { countDoubts } from './store-state/cursors-sql.ts'

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
  consumer: JournalConsumer
  pings: Pings
  clock: CentralClock
  pingIntervalMs: number
}

const SECOND_MS = 1_000
const KEEP_INTERVAL_MS = 60_000

/** Starts everything that is done by the clock and not by a record. */
export function startJobs(options: JobsOptions): Repeating {
  const { pool, maintenance, topic, now, wallClock, log, metrics } = options
  const { consumer, pings, clock, pingIntervalMs } = options
  /** Gaps that were reported, so that each pages once. */
  const paged = new Set<string>()
  /** Stores whose commands are stopped, so that each pages once. */
  let stopped = new Set<string>()
  const onError = (job: string) => (error: unknown) =>
    log.warn({ err: error }, `${job} failed; it is tried again`)

  function alarm(reason: string, detail: object, message: string): void {
    metrics.alarms.inc({ reason })
    log.error({ alarm: reason, ...detail }, message)
  }

  async function mendGaps(): Promise<void> {
    const nowUs = usOfDate(now())
    for (const { storeId, numbers } of await requestResyncs(pool, nowUs)) {
      log.info({ storeId, commands: numbers }, 'asked a store again for missing entries')
    }
    const { gaps, missing, overdue } = await reportGaps(pool, nowUs)
    metrics.gaps.set(gaps)
    metrics.missing.set(missing)
    for (const { storeId, epoch, fromSeq } of overdue) {
      const key = `${storeId} ${epoch}`
      if (paged.has(key)) continue
      alarm(
        'gap_unfilled',
        { storeId, epoch, fromSeq },
        'entries are missing for 10 minutes: open a new epoch',
      )
      paged.add(key)
    }
    for (const key of paged)
      if (!overdue.some(({ storeId, epoch }) => key === `${storeId} ${epoch}`)) paged.delete(key)
  }

  async function moveCommands(): Promise<void> {
    for (const { storeId, commands } of await refillDroppedCommands(pool, usOfDate(now())))
      log.warn(
        { storeId, commands },
        'a store went back behind commands that were dropped; sent noops instead',
      )
    for (const standstill of await resendOpenCommands(pool, usOfDate(now()))) {
      if (standstill.overdue) alarm('commands_stuck', standstill, 'a store has done no command for 60 s')
      else log.warn(standstill, 'a store does no commands; sent them again')
    }
    const ahead = await selectStoresAhead(pool)
    for (const store of ahead) {
      if (stopped.has(store.storeId)) continue
      alarm(
        'commands_ahead',
        store,
        'a store has done commands that were not given: its commands are stopped',
      )
    }
    stopped = new Set(ahead.map(({ storeId }) => storeId))
  }

  async function watchHalts(): Promise<void> {
    const halts = await inSnapshot(pool, (trx) => trx.ask(readHalts(topic)))
    consumer.pauseOnly(halts)
    metrics.halted.set(halts.size)
    const { suspects, parkedOpen } = await countDoubts(pool)
    metrics.suspects.set(suspects)
    metrics.parkedOpen.set(parkedOpen)
  }

  async function keepClock(): Promise<void> {
    const measured = await clock.keep()
    if (measured === null) return
    const { wallAheadMs, wallLeaptMs, databaseLeaptMs, boundMs } = measured
    metrics.clockBound.set((Math.abs(wallAheadMs) + boundMs) / 1_000)
    const leaps = [wallAheadMs, wallLeaptMs, databaseLeaptMs, boundMs]
    if (leaps.some((ms) => Math.abs(ms) > MAX_CLOCK_BOUND_MS))
      alarm('clock', measured, "this machine's clock or the central database's is wrong, or has leapt")
  }

  async function watchProofs(): Promise<void> {
    await keepClock()
    const latestUs = latestPingUsOn(clock)
    // An unmeasured clock can't tell which proofs lie in the future.
    if (latestUs === 0) return
    for (const { storeId, asOfUs } of await lowerFutureProofs(pool, { latestUs, nowUs: usOfDate(now()) })) {
      const aheadMs = Math.ceil((asOfUs - latestUs) / 1_000)
      alarm(
        'as_of_from_future',
        { storeId, aheadMs },
        'asOf lay in the future and proved nothing; taken back',
      )
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
    for (const { storeId, below } of await tellForgetEpochs(pool, usOfDate(now())))
      log.info({ storeId, below }, 'a store was told which epochs it may drop once they are old')
    const { changed, failed } = await keepTables({ pool, maintenance }, now(), wallClock())
    for (const { table, add, drop } of changed) log.info({ table, add, drop }, 'partitions added and dropped')
    for (const { table, error } of failed)
      log.warn({ err: error, table }, 'partitions not changed; trying again in a minute')
  }

  const jobs = [
    repeat({ intervalMs: SECOND_MS, onError: onError('asking for missing entries') }, mendGaps),
    repeat({ intervalMs: SECOND_MS, onError: onError('sending commands again') }, moveCommands),
    repeat({ intervalMs: SECOND_MS, onError: onError('looking for halted partitions') }, watchHalts),
    repeat({ intervalMs: SECOND_MS, onError: onError('checking clock and proofs') }, watchProofs),
    repeat({ intervalMs: pingIntervalMs, onError: onError('sending a ping') }, sendPing),
    repeat({ intervalMs: KEEP_INTERVAL_MS, onError: onError('keeping partitions') }, keep),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
