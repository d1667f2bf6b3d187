import { isoOfUs } from '@shelfwire/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { aWrite, brokenInvariants, openStore, rowsOf } from '../testing/open-store.ts'

const MINUTE_MS = 60_000
const HOUR = 60
/** Two days ago: the tests let some 20 hours pass. */
let nowMs = Date.now() - 48 * 60 * MINUTE_MS
const store = await openStore(() => new Date(nowMs))
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

/** Minutes from now by a clock that is right. */
const at = (minutes: number) => isoOfUs((nowMs + minutes * MINUTE_MS) * 1_000)
const pass = (minutes: number) => {
  nowMs += minutes * MINUTE_MS
}
const rowOf = async (sku: string) =>
  (
    await rowsOf<{ on_hand: number; late_seq: number | null }>(
      pool,
      `SELECT * FROM stock WHERE sku = '${sku}'`,
    )
  )[0]
const deltaOf = async (count: ReturnType<typeof aWrite>) =>
  ((await lane.write(count)).body as { entries: { onHandDelta: number }[] }).entries.map(
    ({ onHandDelta }) => onHandDelta,
  )

/** By how many minutes a till's clock is off. */
const CLOCKS: [string, number][] = [
  ['right', 0],
  ['2 hours ahead', 2 * HOUR],
  ['3 minutes ahead', 3],
  ['in a zone 5:30 to the east', 5.5 * HOUR],
  ['2 hours behind', -2 * HOUR],
  ['3 minutes behind', -3],
  ['in a zone 8 hours to the west', -8 * HOUR],
]

describe.each([
  ['sale', -3],
  ['receipt', 3],
] as const)('a %s', (kind, delta) => {
  const sku = (clock: string, when: string) => `${kind} ${when}, ${clock}`

  test.each(CLOCKS)(
    'before a count is in what its observer saw, be the till’s clock %s',
    async (clock, offMinutes) => {
      const goods = sku(clock, 'before')
      await lane.write(aWrite('receipt', { [goods]: 10 }))
      pass(10)
      await lane.write(aWrite(kind, { [goods]: 3 }, { occurredAt: at(offMinutes) }))
      pass(10)
      const observedAt = at(-1)
      expect(await deltaOf(aWrite('count', { [goods]: 10 + delta }, { observedAt }))).toEqual([0])
      expect(await rowOf(goods)).toMatchObject({ on_hand: 10 + delta, late_seq: null })
    },
  )

  // A till whose clock is behind says that it had happened before the look, as one does that uploads late.
  test.each(CLOCKS.filter(([, offMinutes]) => offMinutes > -10))(
    'between looking and posting is kept by the count, with the till’s clock %s',
    async (clock, offMinutes) => {
      const goods = sku(clock, 'between')
      await lane.write(aWrite('receipt', { [goods]: 10 }))
      pass(10)
      const observedAt = at(0)
      pass(10)
      await lane.write(aWrite(kind, { [goods]: 3 }, { occurredAt: at(offMinutes) }))
      pass(10)
      expect(await deltaOf(aWrite('count', { [goods]: 10 }, { observedAt }))).toEqual([0])
      expect(await rowOf(goods)).toMatchObject({ on_hand: 10 + delta })
    },
  )

  test.each(CLOCKS)(
    'after a count is kept, and listed for a recount only if it says that it was before: %s',
    async (clock, offMinutes) => {
      const goods = sku(clock, 'after')
      await lane.write(aWrite('receipt', { [goods]: 10 }))
      pass(10)
      // This observer's clock is ahead, too: no one can have counted after the count was recorded.
      await lane.write(aWrite('count', { [goods]: 10 }, { observedAt: at(4) }))
      pass(5)
      await lane.write(aWrite(kind, { [goods]: 3 }, { occurredAt: at(offMinutes) }))
      const row = await rowOf(goods)
      expect(row?.on_hand).toBe(10 + delta)
      expect(row?.late_seq === null).toBe(offMinutes > -5)
    },
  )
})

test('goods that a till with a clock ahead has received count as restocked when that was recorded', async () => {
  await lane.write(aWrite('receipt', { ahead: 1 }, { occurredAt: at(20 * HOUR) }))
  const [row] = await rowsOf<{ same: number }>(
    pool,
    "SELECT last_restocked_at = updated_at AS same FROM stock WHERE sku = 'ahead'",
  )
  expect(row?.same).toBe(1)
})

test('the books hold after all that', async () => {
  expect(await brokenInvariants(pool)).toEqual([])
})
