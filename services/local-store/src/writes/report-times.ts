import { isoOfUs } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { LaneAnswer, LaneRequest } from '../lane/lane-request.ts'

const QUIET_MS = 60_000

/** Says, at most once a minute, that a till sends times that can't be right; each is counted in a metric. */
export function createTimesReport(log: Pick<Logger, 'warn'>, monotonicMs = () => performance.now()) {
  let saidAtMs = Number.NEGATIVE_INFINITY
  return (batch: readonly LaneRequest[], answers: readonly LaneAnswer[]): void => {
    if (monotonicMs() - saidAtMs < QUIET_MS) return
    const index = answers.findIndex((answer) => answer.type === 'write' && answer.isTimeReplaced)
    const request = batch[index]
    if (request?.type !== 'write') return
    saidAtMs = monotonicMs()
    const { caller, requestId, occurredAtUs } = request.write
    log.warn(
      { caller, requestId, toldOccurredAt: occurredAtUs === null ? null : isoOfUs(occurredAtUs) },
      "occurredAt is before 2000 or more than 24 h ahead of the store's clock; recorded with the store's time instead: set " +
        'the clock of the till or of the store',
    )
  }
}
