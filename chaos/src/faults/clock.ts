import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/stack'
import { type DrawFault, STORES } from './fault.ts'
import { killPart } from './kill.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const OFFSETS = [
  { text: '5 minutes fast', ms: 5 * MINUTE_MS },
  { text: '5 minutes slow', ms: -5 * MINUTE_MS },
  { text: '90 days fast', ms: 90 * DAY_MS },
  { text: '90 days slow', ms: -90 * DAY_MS },
]

/** A store's service starts again by a wrong clock, and after a while by the right one. */
export const drawClock: DrawFault = (random) => {
  const store = storeId(random.between(1, STORES))
  const offset = random.pick(OFFSETS)
  const seconds = random.between(3, 12)
  return {
    part: store,
    text: `clock of ${store} ${offset.text} for ${seconds} s`,
    async inject(stage) {
      stage.trial.setClock(store, offset.ms)
      try {
        await killPart(stage, store)
        await pause(seconds * 1_000)
      } finally {
        stage.trial.setClock(store, 0)
      }
      await killPart(stage, store)
    },
  }
}
