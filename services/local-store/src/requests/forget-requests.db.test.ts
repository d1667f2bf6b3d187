import { afterAll, expect, test } from 'vitest'
import { aWrite, journalOf, openStore, rowsOf } from '../testing/open-store.ts'
import { forgetOldAnswers } from './forget-requests.ts'
import { createSteadyClock } from './steady-clock.ts'

const DAY_MS = 24 * 3_600_000
let now = new Date('2026-05-01T12:00:00Z')
const store = await openStore(() => now)
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

test('answers are forgotten after seven days, in slices, and no sooner', async () => {
  const started = now.getTime()
  for (let day = 0; day < 10; day += 1) {
    now = new Date(started + day * DAY_MS)
    await lane.write(aWrite('receipt', { a: 1 }, { key: `day-${day}` }))
  }
  expect(await forgetOldAnswers(pool, now, 1)).toBe(2)
  const kept = await rowsOf<{ request_id: string }>(
    pool,
    'SELECT request_id FROM requests ORDER BY recorded_at',
  )
  expect(kept.map(({ request_id }) => request_id)).toEqual([
    'day-2',
    'day-3',
    'day-4',
    'day-5',
    'day-6',
    'day-7',
    'day-8',
    'day-9',
  ])
})

test('answers are kept by the clock that does not leap, which is kept in the head', async () => {
  const steady = createSteadyClock({ now: () => new Date('2026-08-01T12:00:00Z'), monotonicMs: () => 0 })
  await store.openLane({ steady }).write(aWrite('receipt', { a: 1 }, { key: 'steady' }))
  const kept = { recorded_at: '2026-08-01 12:00:00.000000' }
  expect(await rowsOf(pool, "SELECT recorded_at FROM requests WHERE request_id = 'steady'")).toEqual([kept])
  expect(await rowsOf(pool, 'SELECT steady_at AS recorded_at FROM head')).toEqual([kept])
})

test('another process, or the same one restarted, never falls below it, and neither does what is recorded', async () => {
  // Its machine's clock stands months behind.
  await store.openLane().write(aWrite('receipt', { a: 1 }, { key: 'slow' }))
  const [row] = await rowsOf<{ recorded_at: string }>(
    pool,
    "SELECT recorded_at FROM requests WHERE request_id = 'slow'",
  )
  expect(row?.recorded_at).toBe('2026-08-01 12:00:00.000000')
  expect((await journalOf(pool)).at(-1)?.recordedAtUs).toBe(Date.parse('2026-08-01T12:00:00Z') * 1_000)
  expect(await forgetOldAnswers(pool, new Date('2026-08-01T12:00:00Z'))).toBe(8)
})

test('answers of the first hour after ten closed days are kept, too', async () => {
  const closedFor = 10 * DAY_MS
  const open = new Date('2026-09-01T08:00:00Z')
  const machine = () => open
  const steady = createSteadyClock({ now: machine, kept: new Date(open.getTime() - closedFor) })
  const reopened = store.openLane({ now: machine, steady })
  const refused = aWrite('sale', { a: 1_000 }, { key: 'reopened' })
  expect(await reopened.write(refused)).toMatchObject({ status: 409 })
  // By then the machine's clock is believed.
  await forgetOldAnswers(pool, new Date(open.getTime() + 3_600_000))
  expect(await rowsOf(pool, "SELECT status FROM requests WHERE request_id = 'reopened'")).toEqual([
    { status: 409 },
  ])
})
