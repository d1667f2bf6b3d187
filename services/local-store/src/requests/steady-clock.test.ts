import { expect, test } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const NOON = Date.parse('2026-05-01T12:00:00Z')

/** A machine whose clock can be set; `pass` lets time go by, looking each minute as the service does. */
function openMachine({ startsOffBy = 0, notBefore = NOON - MINUTE_MS } = {}) {
  let passedMs = 0
  let offByMs = startsOffBy
  const steady = createSteadyClock({
    now: () => new Date(NOON + passedMs + offByMs),
    notBefore: new Date(notBefore),
    monotonicMs: () => passedMs,
  })
  return {
    set: (offMs: number) => {
      offByMs = offMs
    },
    pass(ms: number) {
      for (const end = passedMs + ms; passedMs < end; passedMs += MINUTE_MS) steady.now()
    },
    /** How far the steady clock is from the true time, in ms. */
    off: () => steady.now().getTime() - NOON - passedMs,
    isSettled: () => steady.isSettled(),
  }
}

test('it is the machine’s clock as long as that goes steadily, and settled after an hour', () => {
  const machine = openMachine()
  machine.pass(HOUR_MS - MINUTE_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([0, false])
  machine.set(3_000)
  machine.pass(MINUTE_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([3_000, true])
})

test.each([90 * DAY_MS, -90 * DAY_MS])('a leap by %s ms that is taken back changes nothing', (leap) => {
  const machine = openMachine()
  machine.pass(2 * HOUR_MS)
  machine.set(leap)
  machine.pass(30 * MINUTE_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([0, false])
  machine.set(0)
  machine.pass(HOUR_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([0, true])
})

test('a leap that lasts is believed after an hour', () => {
  const machine = openMachine()
  machine.pass(2 * HOUR_MS)
  machine.set(DAY_MS)
  machine.pass(HOUR_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([DAY_MS, true])
})

test('a service that starts by a slow clock goes on from the newest time it knows', () => {
  const machine = openMachine({ startsOffBy: -90 * DAY_MS })
  expect([machine.off(), machine.isSettled()]).toEqual([-MINUTE_MS, false])
  machine.set(0)
  machine.pass(HOUR_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([0, true])
})

test('one that starts after a fast clock was believed comes back within an hour', () => {
  const machine = openMachine({ notBefore: NOON + 90 * DAY_MS })
  machine.pass(30 * MINUTE_MS)
  expect([machine.off(), machine.isSettled()]).toEqual([90 * DAY_MS, false])
  machine.pass(HOUR_MS)
  expect(machine.off()).toBe(0)
})
