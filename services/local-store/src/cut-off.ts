import type { Logger } from '@shelfwire/http'
import type { HeardPing } from './heartbeats/heard-ping.ts'

/** Without a sign of life for so long, the store says that it is cut off. */
const CUT_OFF_AFTER_MS = 10_000
const LOOK_EVERY_MS = 5_000

/** What tells whether the store reaches the others. */
export interface Reach {
  heard: HeardPing
  /** When Kafka last answered, in milliseconds; null before the first time. */
  brokerAnsweredMs: () => number | null
  now: () => Date
}

/** What the store has to do without, one sentence each. It sells on (I13). */
export function cutOffFrom({ heard, brokerAnsweredMs, now }: Reach): string[] {
  const nowMs = now().getTime()
  const silence = (what: string, lastMs: number | null): string[] => {
    if (lastMs === null) return [`${what}: nothing heard yet`]
    const silentMs = nowMs - lastMs
    return silentMs > CUT_OFF_AFTER_MS ? [`${what}: nothing heard for ${Math.round(silentMs / 1_000)} s`] : []
  }
  return [...silence('Kafka', brokerAnsweredMs()), ...silence("central's clock", heard.heardAtMs)]
}

/** Says in the log when the store is cut off, and when it is back: once each, not at every failed attempt. */
export function reportCutOff(reach: Reach, log: Logger) {
  let wasCutOff = false
  const timer = setInterval(() => {
    const silent = cutOffFrom(reach)
    const isCutOff = silent.length > 0
    if (isCutOff && !wasCutOff) log.warn({ silent }, 'the store is cut off; it sells on')
    if (!isCutOff && wasCutOff) log.info('the store is no longer cut off')
    wasCutOff = isCutOff
  }, LOOK_EVERY_MS)
  return { close: () => clearInterval(timer) }
}
