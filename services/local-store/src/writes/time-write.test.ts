import { usOfIso } from '@shelfwire/contracts'
import { describe, expect, test } from 'vitest'
import { timeWrite } from './time-write.ts'
import type { Write, WriteKind } from './write.ts'

const write = (kind: WriteKind, occurredAt: string | null): Write => ({
  ...{ kind, caller: 'till', requestId: 'k', fingerprint: Buffer.alloc(16), lines: [], policy: 'refuse' },
  ...{ reference: null, reason: null, occurredAtUs: occurredAt === null ? null : usOfIso(occurredAt) },
})
const NOON = '2026-05-01T12:00:00Z'

describe('a write at noon', () => {
  test.each<[string, WriteKind, string | null, string, string, boolean]>([
    ['without a time happens when it is recorded', 'sale', null, NOON, NOON, false],
    ['of the morning keeps its time', 'sale', '2026-05-01T08:00:00Z', NOON, '2026-05-01T08:00:00Z', false],
    [
      'of a till in another zone keeps its time',
      'sale',
      '2026-05-02T11:59:59Z',
      NOON,
      '2026-05-02T11:59:59Z',
      false,
    ],
    ['of years ago keeps its time', 'receipt', '2015-01-01T00:00:00Z', NOON, '2015-01-01T00:00:00Z', false],
    ['of the day after tomorrow gets the store’s', 'sale', '2026-05-02T12:00:01Z', NOON, NOON, true],
    ['of a clock that was never set gets the store’s', 'return', '1970-01-01T00:00:00Z', NOON, NOON, true],
    ['of the year 9999 gets the store’s', 'adjustment', '9999-12-31T23:59:59-12:00', NOON, NOON, true],
    [
      'is sold by a store whose clock stands at 2000',
      'sale',
      NOON,
      '2000-01-01T00:05:00Z',
      '2000-01-01T00:05:00Z',
      true,
    ],
    [
      'is counted by a look of the morning',
      'count',
      '2026-05-01T08:00:00Z',
      NOON,
      '2026-05-01T08:00:00Z',
      false,
    ],
    [
      'is counted by a look of 4 minutes ahead',
      'count',
      '2026-05-01T12:04:00Z',
      NOON,
      '2026-05-01T12:04:00Z',
      false,
    ],
  ])('%s', (_what, kind, stated, now, occurredAt, isReplaced) => {
    expect(timeWrite(write(kind, stated), { nowUs: usOfIso(now), isSummed: true })).toEqual({
      ...{ outcome: 'timed', occurredAtUs: usOfIso(occurredAt), isReplaced },
    })
  })

  test.each([
    ['that no one can have counted yet', '2026-05-01T12:05:01Z'],
    ['that was seen long ago', '2026-03-31T11:59:59Z'],
    ['of the year 9999', '9999-12-31T23:59:59-12:00'],
  ])('a count %s is refused', (_what, stated) => {
    expect(timeWrite(write('count', stated), { nowUs: usOfIso(NOON), isSummed: true })).toEqual({
      outcome: 'out_of_bounds',
      fromUs: usOfIso('2026-03-31T12:00:00Z'),
      toUs: usOfIso('2026-05-01T12:05:00Z'),
    })
  })
})
