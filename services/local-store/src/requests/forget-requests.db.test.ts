import { afterAll, expect, test } from 'vitest'
import { aWrite, journalOf, openStore, rowsOf } from '../testing/open-store.ts'
import { forgetOldAnswers } from './forget-requests.ts'
import { newestAnswerAt } from './requests-sql.ts'

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

test('answers are kept by the clock that does not leap, entries by the machine’s', async () => {
  const kept = new Date('2026-08-01T12:00:00Z')
  await store.openLane({ keptNow: () => kept }).write(aWrite('receipt', { a: 1 }, { key: 'steady' }))
  const sql = "SELECT recorded_at FROM requests WHERE request_id = 'steady'"
  expect(await rowsOf(pool, sql)).toEqual([{ recorded_at: '2026-08-01 12:00:00.000000' }])
  expect(await newestAnswerAt(pool)).toEqual(kept)
  expect((await journalOf(pool)).at(-1)?.recordedAtUs).toBe(now.getTime() * 1_000)
})
