import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import { STORES } from '../components.ts'
import type { DrawFault } from './fault.ts'
import { killComponent } from './kill.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const OFFSETS = [
  { text: '5 minutes fast', ms: 5 * MINUTE_MS },
  { text: '5 minutes slow', ms: -5 * MINUTE_MS },
  { text: '90 days fast', ms: 90 * DAY_MS },
  { text: '90 days slow', ms: -90 * DAY_MS },
]

/** Steps of a clock of central's. */
export const CENTRAL_STEPS = [
  { text: 'an hour fast', ms: 60 * MINUTE_MS },
  { text: 'an hour slow', ms: -60 * MINUTE_MS },
  { text: '30 s fast', ms: MINUTE_MS / 2 },
  { text: '30 s slow', ms: -MINUTE_MS / 2 },
]
/** The service that sends pings and applies, the one that answers, and both at once, as on one machine. */
const CENTRAL_COMPONENTS = [['central-update'], ['central-query'], ['central-update', 'central-query']]

/** The clock of one or both of central's services leaps while they run, and after a while leaps back. */
export const drawCentralClock: DrawFault = (random) => {
  const components = random.pick(CENTRAL_COMPONENTS)
  const step = random.pick(CENTRAL_STEPS)
  const seconds = random.between(1, 12)
  return {
    component: components.join(' and '),
    text: `clock of ${components.join(' and ')} ${step.text} for ${seconds} s`,
    async inject({ trial }) {
      for (const component of components) trial.stepClock(component, step.ms)
      try {
        await pause(seconds * 1_000)
      } finally {
        for (const component of components) trial.stepClock(component, 0)
      }
    },
  }
}

/** A store's service is restarted with a wrong clock, and after a while with the right one. */
export const drawClock: DrawFault = (random) => {
  const store = storeId(random.between(1, STORES))
  const offset = random.pick(OFFSETS)
  const seconds = random.between(3, 12)
  return {
    component: store,
    text: `clock of ${store} ${offset.text} for ${seconds} s`,
    async inject(stage) {
      stage.trial.setClock(store, offset.ms)
      try {
        await killComponent(stage, store)
        await pause(seconds * 1_000)
      } finally {
        stage.trial.setClock(store, 0)
      }
      await killComponent(stage, store)
    },
  }
}
