import { expect, test } from 'vitest'
import { localDayIn } from './local-day.ts'

const dayAt = (zone: string, at: string) => localDayIn(zone)(Date.parse(at) * 1_000)

test.each([
  ['UTC', '2026-05-01T23:59:59.999Z', '2026-05-01'],
  ['UTC', '2026-05-02T00:00:00Z', '2026-05-02'],
  // Winter, then summer time.
  ['Europe/Berlin', '2026-01-31T22:59:59.999Z', '2026-01-31'],
  ['Europe/Berlin', '2026-01-31T23:00:00Z', '2026-02-01'],
  ['Europe/Berlin', '2026-07-31T21:59:59.999Z', '2026-07-31'],
  ['Europe/Berlin', '2026-07-31T22:00:00Z', '2026-08-01'],
  // The day of 23 hours and the day of 25: each from its own midnight to the next.
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T21:59:59.999Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-30'],
  ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T22:59:59.999Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-26'],
  // Clocks that are changed at midnight: 00:00 doesn't exist, or 23:00 to 24:00 comes twice.
  ['Asia/Beirut', '2026-03-28T21:59:59.999Z', '2026-03-28'],
  ['Asia/Beirut', '2026-03-28T22:00:00Z', '2026-03-29'],
  ['Asia/Beirut', '2026-10-24T20:30:00Z', '2026-10-24'],
  ['Asia/Beirut', '2026-10-24T21:30:00Z', '2026-10-24'],
  ['Asia/Beirut', '2026-10-24T22:00:00Z', '2026-10-25'],
  // Offsets of half and of quarter hours, and clocks that are changed by half an hour.
  ['Asia/Kolkata', '2026-05-01T18:29:59Z', '2026-05-01'],
  ['Asia/Kolkata', '2026-05-01T18:30:00Z', '2026-05-02'],
  ['Asia/Kathmandu', '2026-05-01T18:14:59Z', '2026-05-01'],
  ['Asia/Kathmandu', '2026-05-01T18:15:00Z', '2026-05-02'],
  ['Australia/Lord_Howe', '2026-10-03T13:29:59Z', '2026-10-03'],
  ['Australia/Lord_Howe', '2026-10-03T13:30:00Z', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-10-04T13:00:00Z', '2026-10-05'],
  // Either side of the date line.
  ['Pacific/Kiritimati', '2026-05-01T10:00:00Z', '2026-05-02'],
  ['Pacific/Pago_Pago', '2026-05-01T10:59:59Z', '2026-04-30'],
  ['America/New_York', '2025-01-01T04:59:59Z', '2024-12-31'],
  // Unknown here: UTC.
  ['Mars/Olympus', '2026-05-01T23:59:59Z', '2026-05-01'],
])('in %s it is, at %s, %s', (zone, at, day) => {
  expect(dayAt(zone, at)).toBe(day)
  // And once more, from the cache.
  expect(dayAt(zone, at)).toBe(day)
})
