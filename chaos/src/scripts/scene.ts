import { readFreshness, type StoreFreshness } from '@shelfwire/verify'
import type { Violation } from '../check/violation.ts'
import type { Injection } from '../faults/timeline.ts'
import type { Stage } from '../stage.ts'
import type { Played, Tills } from '../trial.ts'
import { until } from '../until.ts'
import { skusOf } from '../workload/draw-request.ts'

/** When something is looked for: within how many ms, and since when (ms since 1970) its time counts. */
export interface Wait {
  withinMs?: number
  since?: number
}

/** What a script has at hand: the platform, the tills that sell meanwhile, and what to report. */
export interface Scene extends Stage {
  /** The SKUs that are sold, hottest first. */
  skus: readonly string[]
  /** The tills that sell meanwhile: what they sent and got so far, and how to pause them. */
  tills: Tills
  /**
   * Does `work`, and registers a fault of `component` meanwhile: a store's tills may get no answer while its own service
   * (`store-1`) or database (`mysql-store-1`) has one.
   */
  trouble<T>(component: string, text: string, work: () => Promise<T>): Promise<T>
  /** Waits until `isSo`, and reports and returns after how long, in ms; throws when it doesn't come true in time. */
  timed(what: string, isSo: () => boolean | Promise<boolean>, wait?: Wait): Promise<number>
  /** A store's freshness as central reports it now. */
  freshnessOf(storeId: string): Promise<StoreFreshness>
  /** {@link timed}, until central no longer reports the store as fresh; reports central's reason. */
  untilNotFresh(storeId: string, wait?: Wait): Promise<number>
  /** {@link timed}, until central proves all that the store has committed by now. */
  untilFresh(storeId: string, wait?: Wait): Promise<number>
  /** Adds a violation that only the script can see. */
  blame(violation: Violation): void
  /** What the checks must know of the faults: part of the script's result. */
  readonly played: Played
}

/** A scene on a running platform for a trial of this seed. */
export function openScene(stage: Stage, seed: string, tills: Tills): Scene {
  const openedAt = Date.now()
  const injections: Injection[] = []
  const played: Played = { injections, violations: [], restored: [] }
  const say = (line: string) =>
    stage.say(`  ${((Date.now() - openedAt) / 1_000).toFixed(1).padStart(5)} s: ${line}`)
  const freshnessOf: Scene['freshnessOf'] = async (storeId) => {
    const found = (await readFreshness(stage.place.centralQueryUrl)).find((each) => each.storeId === storeId)
    if (found === undefined) throw new Error(`central knows no ${storeId}`)
    return found
  }
  const timed: Scene['timed'] = async (what, isSo, { withinMs, since = Date.now() } = {}) => {
    await until(what, isSo, withinMs)
    const tookMs = Date.now() - since
    say(`${what}: after ${(tookMs / 1_000).toFixed(1)} s`)
    return tookMs
  }
  return {
    ...stage,
    say,
    skus: skusOf(seed),
    tills,
    async trouble(component, text, work) {
      say(text)
      const injection = {
        component,
        text,
        startedAt: Date.now(),
        endedAt: Number.POSITIVE_INFINITY,
      }
      injections.push(injection)
      try {
        return await work()
      } finally {
        injection.endedAt = Date.now()
      }
    },
    timed,
    freshnessOf,
    async untilNotFresh(storeId, wait) {
      const isSo = async () => (await freshnessOf(storeId)).state !== 'fresh'
      const tookMs = await timed(`noticed: ${storeId} is no longer fresh`, isSo, wait)
      const { state, why } = await freshnessOf(storeId)
      say(`${storeId} is ${state}: ${why}`)
      return tookMs
    },
    untilFresh(storeId, wait) {
      const asOfAfter = Date.now()
      const isSo = async () => {
        const { state, asOf } = await freshnessOf(storeId)
        return state === 'fresh' && Date.parse(asOf ?? '') > asOfAfter
      }
      return timed(`healed: ${storeId} is fresh`, isSo, wait)
    },
    blame: (violation) => void played.violations.push(violation),
    played,
  }
}
