import { afterAll, expect, test } from 'vitest'
import type { Outcome } from '../lane/operation.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import { aWrite, brokenInvariants, journalOf, onHandOf, openStore } from '../testing/open-store.ts'

const DAY_MS = 24 * 3_600_000
const TODAY = Date.parse('2026-05-01T12:00:00Z')
let nowMs = TODAY
const store = await openStore(() => new Date(nowMs))
afterAll(() => store[Symbol.asyncDispose]())
const outcomes: Outcome[] = []
const lane = store.openLane({
  // While the machine's clock leaps, hardly any time passes.
  steady: createSteadyClock({ now: () => new Date(nowMs), monotonicMs: () => 0 }),
  onCommit: (_batch, committed) => void outcomes.push(...committed.outcomes),
})

test.each([
  ['stands at 2000', Date.parse('2000-01-01T00:10:00Z')],
  ['is 90 days behind', TODAY - 90 * DAY_MS],
  ['is 90 days ahead', TODAY + 90 * DAY_MS],
])('I7: a resend gets its answer also when the store’s clock %s', async (_clock, wrongMs) => {
  nowMs = TODAY
  const goods = `resent ${wrongMs}`
  const receipt = aWrite('receipt', { [goods]: 5 }, { occurredAt: '2026-05-01T11:00:00Z' })
  const count = aWrite('count', { [goods]: 4 }, { observedAt: '2026-05-01T11:30:00Z' })
  const answers = [await lane.write(receipt), await lane.write(count)]
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  nowMs = wrongMs
  expect([await lane.write(receipt), await lane.write(count)]).toEqual(answers)
  expect(await onHandOf(store.pool)).toMatchObject({ [goods]: 4 })
})

test('a store whose clock stands at 2000 sells', async () => {
  nowMs = Date.parse('2000-01-01T00:10:00Z')
  await lane.write(aWrite('receipt', { honest: 5 }, { occurredAt: '2026-05-01T11:00:00Z' }))
  const sold = await lane.write(aWrite('sale', { honest: 2 }, { occurredAt: '2026-05-01T12:00:00Z' }))
  expect(sold).toMatchObject({ status: 201, body: { entries: [{ onHand: 3 }] } })
})

test('a time that can not be right is replaced by the store’s and counted, also when it is sent again', async () => {
  nowMs = TODAY
  outcomes.length = 0
  const sale = aWrite('receipt', { ahead: 1 }, { occurredAt: '2036-01-01T00:00:00Z' })
  const first = await lane.write(sale)
  expect(first).toMatchObject({ body: { entries: [{ occurredAt: '2026-05-01T12:00:00.000Z' }] } })
  expect(await lane.write(sale)).toEqual(first)
  expect(outcomes).toMatchObject([{ isTimeReplaced: true }, { isTimeReplaced: false }])
  const last = (await journalOf(store.pool)).at(-1)
  expect(last?.occurredAtUs).toBe(last?.recordedAtUs)
})

test('a count that is refused for its time is done under the same key once the clock is right', async () => {
  const count = aWrite('count', { counted: 4 }, { observedAt: '2026-05-01T11:30:00Z' })
  nowMs = TODAY + 90 * DAY_MS
  expect(await lane.write(count)).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ field: 'observedAt' }] },
  })
  nowMs = TODAY
  expect(await lane.write(count)).toMatchObject({ status: 201, body: { entries: [{ onHand: 4 }] } })
})

test('the books hold after all that', async () => {
  expect(await brokenInvariants(store.pool)).toEqual([])
})
