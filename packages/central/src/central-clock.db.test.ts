import { createPool, type Pool } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCentralClock, MAX_CLOCK_BOUND_MS } from './central-clock.ts'

let pool: Pool
beforeAll(async () => {
  pool = createPool((await freshDatabase('central')).root, { connections: 2 })
})
beforeEach(() => pool.query('DELETE FROM clock_bounds'))
afterAll(() => pool.end())

/** A process whose clocks the test sets. The database's clock, the machine's, is the reference. */
function openProcess(instance?: string) {
  const skew = { wallMs: 0, steadyMs: 0 }
  const clock = createCentralClock({
    pool,
    now: () => new Date(Date.now() + skew.wallMs),
    steadyMs: () => performance.now() + skew.steadyMs,
    ...(instance === undefined ? {} : { instance }),
  })
  return {
    skew,
    clock,
    /** The error of its reading, and its bound. */
    read() {
      const { nowMs, ownBoundMs } = clock.read()
      return { wrongMs: Math.abs(nowMs - Date.now()), ownBoundMs: ownBoundMs ?? Number.NaN }
    },
  }
}

describe.each([3_600_000, -3_600_000, 30_000, -30_000])('I12: a wall clock that leaps by %i ms', (leapMs) => {
  test('a leap is noticed at the next reading, and has no effect after the next measurement', async () => {
    const { skew, clock, read } = openProcess('pinger')
    await clock.keep()
    expect(await clock.keep()).toBeNull()
    skew.wallMs = leapMs
    const leapt = read()
    expect(leapt.ownBoundMs).toBeGreaterThan(MAX_CLOCK_BOUND_MS)
    expect(leapt.wrongMs).toBeLessThanOrEqual(leapt.ownBoundMs)

    const measured = await clock.keep()
    expect(Math.abs((measured?.wallLeaptMs ?? 0) - leapMs)).toBeLessThan(50)
    expect(Math.abs((measured?.wallAheadMs ?? 0) - leapMs)).toBeLessThan(50)
    expect(Math.abs(measured?.databaseLeaptMs ?? Number.NaN)).toBeLessThan(50)
    const { wrongMs, ownBoundMs } = read()
    expect(wrongMs).toBeLessThanOrEqual(ownBoundMs)
    expect(ownBoundMs).toBeLessThan(MAX_CLOCK_BOUND_MS)
  })

  test('a process that starts with a wrong clock knows it from its first measurement', async () => {
    const { skew, clock, read } = openProcess()
    skew.wallMs = leapMs
    await clock.keep()
    const { wrongMs, ownBoundMs } = read()
    expect(wrongMs).toBeLessThanOrEqual(ownBoundMs)
  })
})

test('I12: after an hour of suspension the bound covers that hour until the next measurement', async () => {
  const { skew, clock, read } = openProcess('pinger')
  await clock.keep()
  // The monotonic clock of a suspended machine doesn't advance.
  skew.steadyMs = -3_600_000
  expect(read().ownBoundMs).toBeGreaterThanOrEqual(3_599_000)
  await clock.keep()
  expect(read().ownBoundMs).toBeLessThan(MAX_CLOCK_BOUND_MS)
})

test('I12: without a measurement, or a sender of pings that has made one, the bound is unknown and not 0', async () => {
  const reader = openProcess().clock
  expect(reader.read()).toMatchObject({ ownBoundMs: null, boundMs: null })
  await reader.keep()
  expect(reader.read()).toMatchObject({ ownBoundMs: expect.any(Number), boundMs: null })

  const pinger = openProcess('pinger').clock
  await pinger.keep()
  expect(pinger.read().boundMs).toBeGreaterThan(0)
  // A reader without a known sender checks again within seconds.
  await expect
    .poll(async () => {
      await reader.keep()
      return reader.read().boundMs
    })
    .toBeGreaterThan(0)
})

test('the bound of a sender that has not measured for ten minutes does not count', async () => {
  await openProcess('pinger').clock.keep()
  await pool.query('UPDATE clock_bounds SET measured_at = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE')
  const reader = openProcess().clock
  await reader.keep()
  expect(reader.read().boundMs).toBeNull()
})
