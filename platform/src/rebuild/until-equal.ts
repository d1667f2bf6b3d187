import { setTimeout as wait } from 'node:timers/promises'
import { Refused } from '../installation.ts'
import type { Urls } from '../plan.ts'
import { createPatience, STUCK_AFTER_MS } from './patience.ts'
import { readProgress, readReport, type StoreName, type StoreProgress } from './read-progress.ts'

const LOOK_EVERY_MS = 500

/**
 * Resolves with every store proved equal. Throws {@link Refused} with which are not, and why, once none comes any
 * further, and when central-query has given no answer for a minute: a rebuild takes hours, and goes on without it.
 */
export async function untilEqual(
  wanted: readonly StoreName[],
  urls: Pick<Urls, 'centralQuery' | 'store'>,
  onProgress: (stores: StoreProgress[]) => void,
): Promise<StoreProgress[]> {
  // By central's clock, as every `asOf` is.
  const sinceMs = Date.parse((await untilAnswered(() => readReport(urls))).at)
  const patience = createPatience()
  for (;;) {
    const stores = await untilAnswered(() => readProgress(wanted, urls, sinceMs))
    onProgress(stores)
    if (stores.every(({ isEqual }) => isEqual)) return stores
    const stuck = patience.stuck(stores, performance.now())
    if (stuck.length > 0) {
      const why = stuck.map(({ id, why }) => `${id}: ${why ?? 'unknown'}`).join('; ')
      throw new Refused(`not proved equal, and no further for ${STUCK_AFTER_MS / 1_000} s: ${why}`)
    }
    await wait(LOOK_EVERY_MS)
  }
}

async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const began = performance.now(); ; await wait(LOOK_EVERY_MS)) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() - began < STUCK_AFTER_MS) continue
      const reason = error instanceof Error ? error.message : String(error)
      throw new Refused(`central-query has given no answer for ${STUCK_AFTER_MS / 1_000} s: ${reason}`)
    }
  }
}
