import { setInterval } from 'node:timers'
import { createCentralClock, type FreshnessClock } from '@shelfwire/central'
import type { FreshnessLimits } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { Pool } from '@shelfwire/mysql'

const TICK_MS = 1_000

export interface ReaderClock {
  /** Central's time now, and by how much a ping compared with it may mislead. */
  read(): FreshnessClock
  close(): void
}

/**
 * Central's time for answers. Every second it measures the clock again if that is due, and passes a reading to `onTick`.
 * While the database doesn't answer, the last measurement is used, and its error bound grows.
 */
export async function startReaderClock(options: {
  pool: Pool
  limits: FreshnessLimits
  now: () => Date
  log: Logger
  onTick: (reading: FreshnessClock) => void
}): Promise<ReaderClock> {
  const { pool, limits, now, log, onTick } = options
  const clock = createCentralClock({ pool, now })
  function read(): FreshnessClock {
    const { nowMs, boundMs } = clock.read()
    return { ...limits, nowMs, clockBoundMs: boundMs }
  }

  let failing = false
  async function tick(): Promise<void> {
    try {
      await clock.keep()
      failing = false
    } catch (error) {
      // Once for each outage.
      if (!failing)
        log.warn(
          { err: error },
          'clock not measured against the database; using the last measurement, its error bound grows',
        )
      failing = true
    }
    onTick(read())
  }

  await clock.keep()
  const timer = setInterval(() => void tick(), TICK_MS)
  return { read, close: () => clearInterval(timer) }
}
