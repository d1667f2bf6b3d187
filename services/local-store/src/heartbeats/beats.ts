import { PING_INTERVAL_MS } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { StoreLane } from '../lane/store-lane.ts'
import { beatOperation } from './beat-operation.ts'
import type { HeardPing } from './heard-ping.ts'

/** Longer than the pause between two pings, so that a store which hears them beats once for each. */
const QUIET_MS = 1.5 * PING_INTERVAL_MS

export interface Beats {
  /** Asks for a beat now; at most one waits at a time. */
  beat(): void
  close(): void
}

export interface BeatsOptions {
  lane: Pick<StoreLane, 'submit'>
  heard: HeardPing
  log: Logger
  quietMs?: number
}

/** Answers pings, and beats by itself when none comes: that also keeps the lane's session awake. */
export function startBeats({ lane, heard, log, quietMs = QUIET_MS }: BeatsOptions): Beats {
  let asked = false
  const timer = setInterval(beat, quietMs)

  function beat(): void {
    if (asked) return
    asked = true
    timer.refresh()
    // Taken by the transaction before its lock. From then on a newer ping needs a beat of its own.
    const takePing = () => {
      asked = false
      return heard.ping
    }
    lane.submit(beatOperation, { takePing }).catch((error) => {
      asked = false
      log.warn({ err: error }, 'no beat: the store can not write')
    })
  }

  return { beat, close: () => clearInterval(timer) }
}
