import { setTimeout as pause } from 'node:timers/promises'
import { type AvailabilityRow, availability } from './shop.ts'

/** Between two questions. */
const PAUSE_MS = 50

/** What central answered for one SKU in one store while something else was done, each answer once. */
export interface Watch extends AsyncDisposable {
  /** In the order in which they came; no row when the store gave no number. */
  answers: readonly ((Pick<AvailabilityRow, 'onHand'> & { state: string }) | null)[]
}

/** Asks for a SKU again and again until disposed. */
export function watchAvailability(storeId: string, sku: string): Watch {
  const answers: Watch['answers'][number][] = []
  let watching = true
  const running = (async () => {
    while (watching) {
      // A request without an answer shows no wrong number.
      const rows = await availability(sku).catch(() => null)
      const row = rows?.find((each) => each.storeId === storeId)
      const seen = row === undefined ? null : { onHand: row.onHand, state: row.freshness.state }
      const last = answers.at(-1)
      if (rows !== null && JSON.stringify(seen) !== JSON.stringify(last)) answers.push(seen)
      await pause(PAUSE_MS)
    }
  })()
  return {
    answers,
    async [Symbol.asyncDispose]() {
      watching = false
      await running
    },
  }
}
