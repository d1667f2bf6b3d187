import { expect, test } from 'vitest'
import type { Gap } from '../store-state/gaps.ts'
import { gapsToRequest, MAX_OPEN_RESYNCS } from './decide-resync.ts'

const SECOND = 1_000_000
const gap = (more: Partial<Gap>): Gap => ({
  epoch: 1,
  fromSeq: 1,
  toSeq: 2,
  seenAtUs: 0,
  commandNumber: 0,
  askedAtUs: null,
  ...more,
})

test.each([
  ['a gap of 2 s may still be filled by what is on its way', gap({}), 2 * SECOND, 0, false],
  ['a gap of 3 s is asked for', gap({}), 3 * SECOND, 0, true],
  ['a gap whose command is open is left', gap({ commandNumber: 7, askedAtUs: 0 }), 60 * SECOND, 6, false],
  [
    'a gap that its command did not fill is asked for again',
    gap({ commandNumber: 7, askedAtUs: 0 }),
    60 * SECOND,
    7,
    true,
  ],
])('%s', (_name, one, nowUs, commandsDone, asked) => {
  expect(gapsToRequest([one], { nowUs, commandsDone })).toEqual(asked ? [one] : [])
})

test('a store is never asked for more than a few ranges at a time, the first ones first', () => {
  const gaps = Array.from({ length: 50 }, (_, index) => gap({ fromSeq: index * 10, toSeq: index * 10 }))
  expect(gapsToRequest(gaps, { nowUs: 3 * SECOND, commandsDone: 0 })).toEqual(gaps.slice(0, MAX_OPEN_RESYNCS))
  const asked = gaps.map((each, index) => (index < 15 ? { ...each, commandNumber: index + 1 } : each))
  expect(gapsToRequest(asked, { nowUs: 3 * SECOND, commandsDone: 0 })).toHaveLength(MAX_OPEN_RESYNCS - 15)
})
