import { usOfDate } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import { forgetAnswers } from '@shelfwire/idempotency'
import type { Pool } from '@shelfwire/mysql'
import type { SteadyClock } from './steady-clock.ts'

/** How long the same key gets the same answer. */
export const REMEMBERED_DAYS = 7
const DAY_US = 24 * 3_600 * 1_000_000
const INTERVAL_MS = 60_000
const ROWS_PER_STATEMENT = 1_000
/** At most so many statements in a row, so that a backlog never keeps the tills waiting for the disk. */
const STATEMENTS_PER_RUN = 50

/** Forgets answers older than seven days, in slices; returns how many it were. Locks nothing that the lane needs. */
export async function forgetOldAnswers(
  pool: Pool,
  now: Date,
  rowsPerStatement = ROWS_PER_STATEMENT,
): Promise<number> {
  const beforeUs = usOfDate(now) - REMEMBERED_DAYS * DAY_US
  let forgotten = 0
  for (let statement = 0; statement < STATEMENTS_PER_RUN; statement += 1) {
    const rows = await forgetAnswers(pool, { beforeUs, limit: rowsPerStatement })
    forgotten += rows
    if (rows < rowsPerStatement) break
  }
  return forgotten
}

/** Does so every minute until closed. A database that is away is asked again in the next. */
export function startForgetting({ pool, clock, log }: { pool: Pool; clock: SteadyClock; log: Logger }) {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= forgetOldAnswers(pool, clock.now())
      .then((rows) => void (rows > 0 && log.debug({ rows }, 'forgot old answers')))
      .catch((error) =>
        log.warn({ err: error }, 'old answers could not be forgotten; trying again in a minute'),
      )
      .finally(() => {
        running = undefined
      })
  }, INTERVAL_MS)
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
