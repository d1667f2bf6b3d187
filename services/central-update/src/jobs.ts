import type { Logger } from '@shelfwire/http'
import { inSnapshot, type Pool, type RowDataPacket, usOfDate } from '@shelfwire/mysql'
import { resendOpenCommands } from './commands/resend-open.ts'
import { keepFeed } from './feed/keep-feed.ts'
import { askForHoles, reportHoles } from './holes/ask-again.ts'
import type { JournalConsumer } from './journal/journal-consumer.ts'
import type { UpdateMetrics } from './metrics.ts'
import { readHalts } from './parked/halts-sql.ts'
import type { Pings } from './pings/send-pings.ts'
import { type ClockWatch, MAX_CLOCK_BOUND_MS } from './pings/watch-clock.ts'
import { type Repeating, repeat } from './repeat.ts'

export interface JobsOptions {
  pool: Pool
  topic: string
  now: () => Date
  log: Logger
  metrics: UpdateMetrics
  consumer: JournalConsumer
  pings: Pings
  clock: ClockWatch
  pingIntervalMs: number
}

const SECOND_MS = 1_000
const CLOCK_INTERVAL_MS = 10_000
const FEED_INTERVAL_MS = 60_000

/** Starts everything that is done by the clock and not by a record. */
export function startJobs(options: JobsOptions): Repeating {
  const { pool, topic, now, log, metrics, consumer, pings, clock, pingIntervalMs } = options
  /** Holes that were reported, so that each pages once. */
  const paged = new Set<string>()
  const onError = (job: string) => (error: unknown) =>
    log.warn({ err: error }, `${job} failed; it is tried again`)

  function alarm(reason: string, detail: object, message: string): void {
    metrics.alarms.inc({ reason })
    log.error({ alarm: reason, ...detail }, message)
  }

  async function mendHoles(): Promise<void> {
    const nowUs = usOfDate(now())
    for (const { storeId, numbers } of await askForHoles(pool, nowUs)) {
      log.info({ storeId, commands: numbers }, 'asked a store again for missing entries')
    }
    const { holes, missing, overdue } = await reportHoles(pool, nowUs)
    metrics.holes.set(holes)
    metrics.missing.set(missing)
    for (const { storeId, epoch, fromSeq } of overdue) {
      const key = `${storeId} ${epoch}`
      if (paged.has(key)) continue
      alarm(
        'hole_unfilled',
        { storeId, epoch, fromSeq },
        'entries are missing for 10 minutes: open a new epoch',
      )
      paged.add(key)
    }
    for (const key of paged)
      if (!overdue.some(({ storeId, epoch }) => key === `${storeId} ${epoch}`)) paged.delete(key)
  }

  async function moveCommands(): Promise<void> {
    for (const standstill of await resendOpenCommands(pool, usOfDate(now()))) {
      if (standstill.overdue) alarm('commands_stuck', standstill, 'a store has done no command for 60 s')
      else log.warn(standstill, 'a store does no commands; sent them again')
    }
  }

  async function watchHalts(): Promise<void> {
    const halts = await inSnapshot(pool, (trx) => readHalts(trx, topic))
    consumer.holdStill(halts)
    metrics.halted.set(halts.size)
    const [[doubt]] = await pool.query<RowDataPacket[]>(
      'SELECT COUNT(suspect_reason) AS suspects, CAST(COALESCE(SUM(parked_open), 0) AS SIGNED) AS parked FROM cursors',
    )
    metrics.suspects.set(Number(doubt?.suspects))
    metrics.parkedOpen.set(Number(doubt?.parked))
  }

  async function watchClock(): Promise<void> {
    const boundMs = await clock.measure()
    metrics.clockBound.set(boundMs / 1_000)
    if (boundMs > MAX_CLOCK_BOUND_MS)
      alarm('clock', { boundMs }, "this machine's clock is off central's database's")
  }

  async function sendPing(): Promise<void> {
    await pings.send(usOfDate(now()))
    metrics.pingsSent.inc()
  }

  async function tidyFeed(): Promise<void> {
    const { add, drop } = await keepFeed(pool, now())
    if (add.length + drop.length > 0) log.info({ add, drop }, 'feed partitions kept')
  }

  const jobs = [
    repeat({ intervalMs: SECOND_MS, onError: onError('asking for missing entries') }, mendHoles),
    repeat({ intervalMs: SECOND_MS, onError: onError('sending commands again') }, moveCommands),
    repeat({ intervalMs: SECOND_MS, onError: onError('looking for halted partitions') }, watchHalts),
    repeat({ intervalMs: CLOCK_INTERVAL_MS, onError: onError('measuring the clock') }, watchClock),
    repeat({ intervalMs: pingIntervalMs, onError: onError('sending a ping') }, sendPing),
    repeat({ intervalMs: FEED_INTERVAL_MS, onError: onError('keeping the feed') }, tidyFeed),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
