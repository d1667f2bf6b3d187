import { measureClockBoundMs } from '@shelfwire/central'
import { datetimeOfUs, type Pool, type RowDataPacket, usOfDate } from '@shelfwire/mysql'

/** A process whose clock may be further off than this must be looked at: it shows in every age. */
export const MAX_CLOCK_BOUND_MS = 500
/** Bounds older than this are of processes that are gone. */
const BOUND_LIFE_US = 3_600_000_000

/** How far central's clocks may be apart. */
export interface ClockWatch {
  /** Measures this process's clock against the database's and writes its bound down for everyone. Returns it in ms. */
  measure(): Promise<number>
  /** The most by which another process's ping may be ahead of this clock, in ms. */
  boundMs(): number
}

/** Keeps the bound of `instance` up to date in `clock_bounds`. */
export function createClockWatch(options: { pool: Pool; instance: string; now: () => Date }): ClockWatch {
  const { pool, instance, now } = options
  let bound = MAX_CLOCK_BOUND_MS
  return {
    async measure() {
      const ownMs = await measureClockBoundMs(pool, now)
      const nowUs = usOfDate(now())
      await pool.query(
        `INSERT INTO clock_bounds (instance, bound_us, measured_at) VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE bound_us = VALUES(bound_us), measured_at = VALUES(measured_at)`,
        [instance, ownMs * 1_000, datetimeOfUs(nowUs)],
      )
      const [[widest]] = await pool.query<RowDataPacket[]>(
        'SELECT MAX(bound_us) AS bound_us FROM clock_bounds WHERE measured_at >= ?',
        [datetimeOfUs(nowUs - BOUND_LIFE_US)],
      )
      // The ping's sender may be ahead of the database by its bound, and this process behind by its own.
      bound = ownMs + Math.ceil(Number(widest?.bound_us ?? 0) / 1_000)
      return ownMs
    },
    boundMs: () => bound,
  }
}
