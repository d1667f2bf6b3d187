import fc from 'fast-check'
import { expect, test } from 'vitest'
import { datetimeOfUs, isoOfUs, usOfDatetime, usOfIso } from './times.ts'

test('a time is the same after it was written to DATETIME(6) and read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (us) => {
      expect(usOfDatetime(datetimeOfUs(us))).toBe(us)
    }),
  )
})

test('a time reads the same in MySQL and in answers', () => {
  const us = Date.parse('2026-05-01T09:30:00.123Z') * 1_000 + 456
  expect(datetimeOfUs(us)).toBe('2026-05-01 09:30:00.123456')
  expect(isoOfUs(us)).toBe('2026-05-01T09:30:00.123456Z')
  expect(isoOfUs(us - 456)).toBe('2026-05-01T09:30:00.123Z')
  expect(usOfDatetime('2026-05-01 09:30:00')).toBe(us - 123_456)
})

test('an instant of any zone and precision is read to the microsecond', () => {
  const us = Date.parse('2026-05-01T09:30:00Z') * 1_000
  expect(usOfIso('2026-05-01T09:30:00Z')).toBe(us)
  expect(usOfIso('2026-05-01T11:30:00.5+02:00')).toBe(us + 500_000)
  expect(usOfIso('2026-05-01T09:30:00.1234569Z')).toBe(us + 123_456)
})
