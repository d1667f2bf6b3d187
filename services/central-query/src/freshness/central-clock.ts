import { setInterval } from 'node:timers'
import { type FreshnessClock, measureClockBoundMs } from '@shelfwire/central'
import type { FreshnessLimits } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'

const MEASURE_EVERY_MS = 10_000

export interface CentralClock {
  /** Now, and by how much the clock that sent the pings may differ. */
  read(): FreshnessClock
  close(): void
}

/**
 * This process's clock with a checked bound to the clock of whoever sends the pings: both measure their distance
 * from central's database, and the two distances add up. Between measurements, the bound widens by whatever our
 * wall clock has wandered from the one that only goes forward, so that a clock set back can't make anything fresh
 * (I12).
 */
export async function startCentralClock(options: {
  pool: Pool
  limits: FreshnessLimits
  now: () => Date
  log: Logger
}): Promise<CentralClock> {
  const { pool, limits, now, log } = options
  const wallMinusSteady = () => now().getTime() - performance.now()
  let boundMs = 0
  let offsetMs = 0

  async function measure(): Promise<void> {
    const offset = wallMinusSteady()
    boundMs = (await measureClockBoundMs(pool, now)) + (await pingSendersBoundMs(pool))
    offsetMs = offset
  }

  await measure()
  const timer = setInterval(() => {
    measure().catch((error) =>
      log.warn({ err: error }, 'the clock could not be measured; the last bound stands'),
    )
  }, MEASURE_EVERY_MS)
  return {
    read() {
      const wanderedMs = Math.ceil(Math.abs(wallMinusSteady() - offsetMs))
      return { ...limits, nowMs: now().getTime(), clockBoundMs: boundMs + (wanderedMs > 1 ? wanderedMs : 0) }
    },
    close: () => clearInterval(timer),
  }
}

/** The widest bound that a sender of pings has written down lately. */
async function pingSendersBoundMs(pool: Pool): Promise<number> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT MAX(bound_us) AS bound_us FROM clock_bounds WHERE measured_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE`,
  )
  return Math.ceil(Number(rows[0]?.bound_us ?? 0) / 1_000)
}
