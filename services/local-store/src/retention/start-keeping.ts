import type { Logger } from '@shelfwire/http'
import type { SteadyClock } from '../requests/steady-clock.ts'
import { type KeepOptions, type Kept, keepStore, resumeOpening } from './keep-store.ts'

const MINUTE_MS = 60_000
/** Also the longest pause after a failure. */
const INTERVAL_MS = 60 * MINUTE_MS

/**
 * Runs {@link keepStore} once an hour until closed, for the first time an hour after the start: by then a machine's clock
 * that was wrong at boot has been put right, and the processes of an earlier version are gone. An opening that was cut
 * off is gone on with at once. A run that fails, because another session reads a table for long or the database is away, is
 * tried again after 1, 2, 4 … minutes: each try may keep the tills waiting for a second.
 */
export function startKeeping({ clock, log, ...options }: KeepOptions & { clock: SteadyClock; log: Logger }) {
  let running: Promise<void> | undefined
  let failures = 0
  let dueAtMs = performance.now() + INTERVAL_MS

  async function run(keep: () => Promise<Kept>): Promise<void> {
    try {
      const { dropped, opened } = await keep()
      if (dropped.length > 0) log.info({ dropped }, 'old partitions dropped')
      if (opened !== null) log.info({ epoch: opened }, 'epoch opened')
      failures = 0
      dueAtMs = performance.now() + INTERVAL_MS
    } catch (error) {
      const pauseMs = Math.min(INTERVAL_MS, MINUTE_MS * 2 ** failures)
      failures += 1
      dueAtMs = performance.now() + pauseMs
      log.warn(
        { err: error, failures },
        `partitions and epochs not kept; trying again in ${pauseMs / MINUTE_MS} min`,
      )
    }
  }

  function start(keep: () => Promise<Kept>): void {
    running ??= run(keep).finally(() => {
      running = undefined
    })
  }

  start(async () => ({ dropped: [], opened: await resumeOpening(options) }))
  const timer = setInterval(() => {
    if (performance.now() >= dueAtMs) start(() => keepStore(options, clock.now()))
  }, MINUTE_MS)
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
