import { databaseUnavailable, type Pool, within } from '@shelfwire/mysql'
import { noteBound, readSendersBoundMs, readTimeMs } from './clock-sql.ts'

/** Central's time as one process knows it. Central's clock is the clock of its database. */
export interface ClockReading {
  /** Central's time by this process's estimate, in ms since 1970. */
  nowMs: number
  /** The most by which `nowMs` may be wrong; null until the first measurement. */
  ownBoundMs: number | null
  /**
   * `ownBoundMs` plus the widest bound of those who send pings: the most by which a ping, compared with `nowMs`, may
   * mislead. Null when either is unknown: then no age is known.
   */
  boundMs: number | null
}

/** What one measurement found, in ms. */
export interface ClockMeasurement {
  /** How far the process's wall clock is ahead of central's. */
  wallAheadMs: number
  /** By how much each clock has leapt since the measurement before, compared with one that only goes forward. */
  wallLeaptMs: number
  databaseLeaptMs: number
  boundMs: number
}

export interface CentralClock {
  read(): ClockReading
  /** Measures again when that is due or the wall clock has leapt; null when neither is so. Calls at a time share one. */
  keep(): Promise<ClockMeasurement | null>
}

export interface CentralClockOptions {
  pool: Pool
  now: () => Date
  /** Who sends pings by this clock writes its bound down for all readers, under this name. */
  instance?: string
  /** A clock that only goes forward, in ms. */
  steadyMs?: () => number
}

/** A process that knows central's time less well sends no ping, and a leap beyond it raises an alarm. */
export const MAX_CLOCK_BOUND_MS = 500
const MEASURE_EVERY_MS = 10_000
const MEASURE_WITHIN_MS = 5_000
/** While the bound of the senders isn't known, for central-update may just have started. */
const ASK_AGAIN_MS = 1_000
/** A wall clock is read in whole milliseconds, so a distance of 1 is not a leap. */
const READING_STEP_MS = 1
/** More than a quartz clock drifts: 10 s are 2 ms. */
const DRIFT = 200e-6

interface Base {
  steadyMs: number
  wallMinusSteadyMs: number
  /** The database's time minus the steady clock's, and by how much that may be wrong. */
  theirsMinusSteadyMs: number
  errorMs: number
  sendersBoundMs: number | null
}

/**
 * Estimates the database's time by the process's steady clock, with a checked bound. Between two measurements the bound
 * grows by whatever the wall clock has wandered from the steady one: a machine that was suspended, whose steady clock
 * stood still, is thereby noticed at the next reading (I12). A wall clock that leaps does no more than that.
 */
export function createCentralClock(options: CentralClockOptions): CentralClock {
  const { pool, now, instance, steadyMs = () => performance.now() } = options
  const wallMinusSteady = () => now().getTime() - steadyMs()
  let base: Base | null = null
  let measuring: Promise<ClockMeasurement> | null = null

  function wanderedMs({ wallMinusSteadyMs }: Base): number {
    const wandered = Math.ceil(Math.abs(wallMinusSteady() - wallMinusSteadyMs))
    return wandered > READING_STEP_MS ? wandered : 0
  }

  function isDue(): boolean {
    if (base === null || wanderedMs(base) > MAX_CLOCK_BOUND_MS) return true
    const everyMs = base.sendersBoundMs === null ? ASK_AGAIN_MS : MEASURE_EVERY_MS
    return steadyMs() - base.steadyMs >= everyMs
  }

  async function measure(): Promise<ClockMeasurement> {
    const before = base
    const measured = await measureOnce(pool, { now, steadyMs })
    const { theirsMinusSteadyMs, errorMs, wallMinusSteadyMs } = measured
    if (instance !== undefined) await noteBound(pool, { instance, boundMs: errorMs })
    base = { ...measured, sendersBoundMs: await readSendersBoundMs(pool) }
    return {
      wallAheadMs: Math.round(wallMinusSteadyMs - theirsMinusSteadyMs),
      wallLeaptMs: Math.round(wallMinusSteadyMs - (before ?? measured).wallMinusSteadyMs),
      databaseLeaptMs: Math.round(theirsMinusSteadyMs - (before ?? measured).theirsMinusSteadyMs),
      boundMs: errorMs,
    }
  }

  return {
    read() {
      if (base === null) return { nowMs: now().getTime(), ownBoundMs: null, boundMs: null }
      const { errorMs, sendersBoundMs, theirsMinusSteadyMs } = base
      const steady = steadyMs()
      const nowMs = Math.floor(steady + theirsMinusSteadyMs)
      const ownBoundMs = errorMs + wanderedMs(base) + Math.ceil((steady - base.steadyMs) * DRIFT)
      return { nowMs, ownBoundMs, boundMs: sendersBoundMs === null ? null : ownBoundMs + sendersBoundMs }
    },
    async keep() {
      if (measuring === null && !isDue()) return null
      // A server that went silent must not end all measuring: the next one is made on another connection.
      measuring ??= within(measure(), MEASURE_WITHIN_MS, tooLate).finally(() => {
        measuring = null
      })
      return measuring
    },
  }
}

function tooLate(): Error {
  const message = `central's database did not answer a clock request within ${MEASURE_WITHIN_MS} ms`
  return databaseUnavailable(undefined, message)
}

/**
 * The database's reading against the middle of the question, wrong by at most half the question's time (Cristian,
 * "Probabilistic clock synchronization", 1989). The best of a few questions counts.
 */
async function measureOnce(
  pool: Pool,
  { now, steadyMs }: { now: () => Date; steadyMs: () => number },
  questions = 5,
): Promise<Omit<Base, 'sendersBoundMs'>> {
  const measured = []
  for (let question = 0; question < questions; question += 1) {
    const began = steadyMs()
    const wallMinusSteadyMs = now().getTime() - began
    const theirs = await readTimeMs(pool)
    const ended = steadyMs()
    measured.push({
      steadyMs: began,
      wallMinusSteadyMs,
      theirsMinusSteadyMs: theirs - (began + ended) / 2,
      // One more millisecond, for readings are whole ones.
      errorMs: Math.ceil((ended - began) / 2) + 1,
    })
  }
  return measured.reduce((best, each) => (each.errorMs < best.errorMs ? each : best))
}
