import { expect, onTestFinished, test } from 'vitest'
import { pidOf } from './support/platform.ts'
import { availability, newSku, onHandInCentral, receive, sell } from './support/shop.ts'

const SLA_MS = 5_000
const MOST_LATE_MS = 2_000
/** How long central is watched while nothing can reach it. */
const WATCHED_MS = 12_000

test('I12: while Connect is stopped no answer is called fresh beyond the SLA, and it recovers by itself', async () => {
  const sku = newSku('bread')
  for (const store of [1, 2, 3]) await receive(store, { [sku]: 10 })
  await expect.poll(async () => (await statesOf(sku)).join()).toBe('fresh,fresh,fresh')

  const pid = await pidOf('connect')
  onTestFinished(() => void process.kill(pid, 'SIGCONT'))
  process.kill(pid, 'SIGSTOP')
  const stoppedAt = Date.now()
  // I13: a store that is cut off sells on.
  await sell(1, sku, 1)

  await expect
    .poll(
      async () => {
        const rows = await availability(sku)
        for (const { freshness } of rows) {
          if (freshness.state === 'fresh') expect(freshness.ageMs).toBeLessThanOrEqual(SLA_MS)
        }
        const fresh = rows
          .filter(({ freshness }) => freshness.state === 'fresh')
          .map(({ storeId }) => storeId)
        const elapsedMs = Date.now() - stoppedAt
        if (elapsedMs > SLA_MS + MOST_LATE_MS) expect(fresh).toEqual([])
        return elapsedMs
      },
      { timeout: WATCHED_MS * 2 },
    )
    .toBeGreaterThan(WATCHED_MS)

  process.kill(pid, 'SIGCONT')
  await expect.poll(async () => (await statesOf(sku)).join(), { timeout: 30_000 }).toBe('fresh,fresh,fresh')
  await expect.poll(() => onHandInCentral('store-1', sku)).toBe(9)
}, 120_000)

async function statesOf(sku: string): Promise<string[]> {
  return (await availability(sku)).map(({ freshness }) => freshness.state)
}
