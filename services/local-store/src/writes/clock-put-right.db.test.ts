import { afterAll, expect, test } from 'vitest'
import { createSteadyClock } from '../requests/steady-clock.ts'
import { aWrite, brokenInvariants, onHandOf, openStore } from '../testing/open-store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
let nowMs = Date.parse('2026-05-01T12:00:00Z')
const now = () => new Date(nowMs)
const pass = (minutes: number) => {
  nowMs += minutes * MINUTE_MS
}
const store = await openStore(now)
afterAll(() => store[Symbol.asyncDispose]())

test.each([
  ['4 minutes', 4 * MINUTE_MS],
  ['2 hours', 2 * HOUR_MS],
  ['3 days', 3 * 24 * HOUR_MS],
])(
  'a sale before a count is in what its observer saw, though the clock was once %s ahead',
  async (name, ms) => {
    // It was believed, and has been put right since.
    const steady = createSteadyClock({ now, kept: new Date(nowMs + ms), monotonicMs: () => nowMs })
    const lane = store.openLane({ steady })
    await lane.write(aWrite('receipt', { [name]: 10 }))
    pass(10)
    await lane.write(aWrite('sale', { [name]: 3 }))
    pass(2)
    const observedAt = new Date(nowMs - MINUTE_MS).toISOString()
    pass(1)
    await lane.write(aWrite('sale', { [name]: 1 }))
    expect(await lane.write(aWrite('count', { [name]: 7 }, { observedAt }))).toMatchObject({
      body: { entries: [{ onHandDelta: 0 }] },
    })
    expect(await onHandOf(store.pool)).toMatchObject({ [name]: 6 })
    expect(await brokenInvariants(store.pool)).toEqual([])
  },
)
