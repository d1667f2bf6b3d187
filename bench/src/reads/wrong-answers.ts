import { setTimeout as pause } from 'node:timers/promises'
import type { SimulatedStore } from '../journal/simulated-store.ts'

const SKUS_PER_ASK = 100
const WAIT_MS = 60_000

interface Answer {
  items: { sku: string; stores: { storeId: string; onHand: number }[] }[]
}

/** Every level that a service answers and that differs from the store's. */
async function findWrong(url: string, stores: readonly SimulatedStore[]): Promise<string[]> {
  const skus = [...new Set(stores.flatMap(({ levels }) => [...levels.keys()]))]
  const wrong: string[] = []
  for (let from = 0; from < skus.length; from += SKUS_PER_ASK) {
    const response = await fetch(`${url}/v1/availability`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ skus: skus.slice(from, from + SKUS_PER_ASK) }),
    })
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
    const { items } = (await response.json()) as Answer
    for (const { sku, stores: rows } of items) {
      const onHand = new Map(rows.map((row) => [row.storeId, row.onHand]))
      for (const { storeId, levels } of stores) {
        const level = levels.get(sku)?.onHand
        if (onHand.get(storeId) !== level)
          wrong.push(`${sku} in ${storeId} is ${onHand.get(storeId)}, not ${level}`)
      }
    }
  }
  return wrong
}

/** Requests until every answer is right, or for a minute; returns what is still wrong, at most five lines. */
export async function wrongAnswers(url: string, stores: readonly SimulatedStore[]): Promise<string[]> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const wrong = await findWrong(url, stores)
    if (wrong.length === 0 || performance.now() > deadline) return wrong.slice(0, 5)
    await pause(200)
  }
}
