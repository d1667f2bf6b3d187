import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const NOON = Date.parse('2026-05-01T12:00:00Z')
const TO_2000 = Date.parse('2000-01-01T00:00:00Z') - NOON

/** A machine whose clock can be set; `pass` lets time go by, looking each minute as the service does. */
function openMachine({ startsOffBy = 0, kept = NOON as number | null } = {}) {
  let passedMs = 0
  let offByMs = startsOffBy
  let steady = start(kept)

  function start(from: number | null) {
    // A process counts its own time from its own beginning.
    const startedAtMs = passedMs
    return createSteadyClock({
      now: () => new Date(NOON + passedMs + offByMs),
      kept: from === null ? null : new Date(from),
      monotonicMs: () => passedMs - startedAtMs,
    })
  }

  return {
    set: (offMs: number) => {
      offByMs = offMs
    },
    pass(ms: number) {
      for (const end = passedMs + ms; passedMs < end; passedMs += MINUTE_MS) steady.now()
    },
    /** The process ends and starts again after `downMs`, with what the head kept. */
    restart(downMs: number) {
      const newest = steady.now().getTime()
      passedMs += downMs
      steady = start(newest)
    },
    read: () => steady.now().getTime(),
    trueMs: () => NOON + passedMs,
    /** How far the steady clock is from the true time, in ms. */
    off: () => steady.now().getTime() - NOON - passedMs,
    ahead: () => steady.machineAheadMs(),
  }
}

test('it is the machine’s clock as long as that goes steadily', () => {
  const machine = openMachine({ kept: null })
  machine.pass(HOUR_MS)
  machine.set(3_000)
  machine.pass(MINUTE_MS)
  expect([machine.off(), machine.ahead()]).toEqual([3_000, 0])
})

test.each([90 * DAY_MS, -90 * DAY_MS, TO_2000])(
  'a leap by %s ms that is taken back changes nothing',
  (leap) => {
    const machine = openMachine()
    machine.pass(2 * HOUR_MS)
    machine.set(leap)
    machine.pass(30 * MINUTE_MS)
    expect([machine.off(), machine.ahead()]).toEqual([0, leap])
    machine.set(0)
    machine.pass(HOUR_MS)
    expect([machine.off(), machine.ahead()]).toEqual([0, 0])
  },
)

test('a leap ahead that lasts is believed after an hour', () => {
  const machine = openMachine()
  machine.set(DAY_MS)
  machine.pass(HOUR_MS - MINUTE_MS)
  expect(machine.off()).toBe(0)
  machine.pass(2 * MINUTE_MS)
  expect(machine.off()).toBe(DAY_MS)
})

test('a slow clock is never believed, however long it says so', () => {
  const machine = openMachine({ startsOffBy: -90 * DAY_MS })
  machine.pass(3 * DAY_MS)
  expect([machine.off(), machine.ahead()]).toEqual([0, -90 * DAY_MS])
})

test('a store that was closed for a night goes on from what it kept, and is right an hour later', () => {
  const machine = openMachine()
  machine.restart(10 * HOUR_MS)
  expect(machine.off()).toBe(-10 * HOUR_MS)
  machine.pass(HOUR_MS + 2 * MINUTE_MS)
  expect(machine.off()).toBe(0)
})

const offsets = fc.constantFrom(0, 90 * DAY_MS, -90 * DAY_MS, TO_2000, 5 * MINUTE_MS, -5 * MINUTE_MS)
const step = fc.oneof(
  fc.record({ set: offsets }),
  fc.record({ pass: fc.integer({ min: 1, max: 300 }).map((minutes) => minutes * MINUTE_MS) }),
  fc.record({ restart: fc.integer({ min: 0, max: 20 }).map((minutes) => minutes * MINUTE_MS) }),
)
const steps = fc.array(step, { minLength: 1, maxLength: 40 })

type Machine = ReturnType<typeof openMachine>
type Step = { set: number } | { pass: number } | { restart: number }

function take(machine: Machine, step: Step): void {
  if ('set' in step) machine.set(step.set)
  else if ('pass' in step) machine.pass(step.pass)
  else machine.restart(step.restart)
}

test('whatever the machine’s clock does, at boot and while running, it never goes back, nor slower than time', () => {
  fc.assert(
    fc.property(offsets, steps, (startsOffBy, all) => {
      const machine = openMachine({ startsOffBy })
      for (const each of all) {
        const [read, time] = [machine.read(), machine.trueMs()]
        take(machine, each)
        // Time during which the process didn't run is added an hour later, if the machine's clock knows of it.
        const ran = 'restart' in each ? 0 : machine.trueMs() - time
        expect(machine.read() - read).toBeGreaterThanOrEqual(ran)
      }
    }),
  )
})

test('no leap that is taken back within the hour makes a lifetime shorter', () => {
  const leap = fc.record({
    offMs: offsets,
    forMinutes: fc.integer({ min: 1, max: 58 }),
    restarts: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(leap, { maxLength: 30 }), (leaps) => {
      const machine = openMachine()
      for (const { offMs, forMinutes, restarts } of leaps) {
        machine.set(offMs)
        if (restarts) machine.restart(0)
        machine.pass(forMinutes * MINUTE_MS)
        machine.set(0)
        if (restarts) machine.restart(0)
        machine.pass(MINUTE_MS)
        expect(machine.off()).toBe(0)
      }
    }),
  )
})
