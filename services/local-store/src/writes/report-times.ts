import { isoOfUs } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { Write } from './write.ts'

const QUIET_MS = 60_000

/** Logs, at most once a minute, that a till sends impossible times; a metric counts each. */
export function createTimesReport(log: Pick<Logger, 'warn'>, monotonicMs = () => performance.now()) {
  let loggedAtMs = Number.NEGATIVE_INFINITY
  return ({ caller, requestId, occurredAtUs }: Write): void => {
    if (monotonicMs() - loggedAtMs < QUIET_MS) return
    loggedAtMs = monotonicMs()
    log.warn(
      { caller, requestId, sentOccurredAt: occurredAtUs === null ? null : isoOfUs(occurredAtUs) },
      "occurredAt is before 2000 or more than 24 h ahead of the store's clock; recorded with the store's time instead: set " +
        'the clock of the till or of the store',
    )
  }
}
