import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'

const PAUSE_MS = 2

interface Answer {
  items: { sku: string; stores: { onHand: number }[] }[]
}

/** When central-query first answered a level, for SKUs that one store has and only sells. */
export interface LevelWatch {
  /** In ms since 1970; undefined while no answer has shown this level, or a lower one. */
  seenMs(sku: string, onHand: number): number | undefined
  stop(): Promise<void>
}

/** Requests all `skus` repeatedly. The time recorded is the arrival of the whole answer. */
export function watchLevels(url: string, skus: readonly string[]): LevelWatch {
  const pool = new Pool(url, { connections: 1 })
  /** By SKU: levels in the order in which they were seen, descending. */
  const seen = new Map<string, { onHand: number; atMs: number }[]>(skus.map((sku) => [sku, []]))
  const body = JSON.stringify({ skus, fields: ['onHand'] })
  let stopped = false

  const running = (async () => {
    while (!stopped) {
      const response = await pool.request({
        method: 'POST',
        path: '/v1/availability',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const { items } = (await response.body.json()) as Answer
      const atMs = performance.timeOrigin + performance.now()
      for (const { sku, stores } of items) {
        const levels = seen.get(sku)
        const onHand = stores[0]?.onHand
        if (levels === undefined || onHand === undefined || levels.at(-1)?.onHand === onHand) continue
        levels.push({ onHand, atMs })
      }
      await pause(PAUSE_MS)
    }
  })()

  return {
    seenMs: (sku, onHand) => seen.get(sku)?.find((level) => level.onHand <= onHand)?.atMs,
    async stop() {
      stopped = true
      await running
      await pool.close()
    },
  }
}
