import { expect, test } from 'vitest'
import type { Hole } from '../store-state/gaps.ts'
import { holesToAsk, MAX_OPEN_RESYNCS } from './decide-resync.ts'

const SECOND = 1_000_000
const hole = (more: Partial<Hole>): Hole => ({
  epoch: 1,
  fromSeq: 1,
  toSeq: 2,
  seenAtUs: 0,
  commandNumber: 0,
  askedAtUs: null,
  ...more,
})

test.each([
  ['a hole of 2 s may still be filled by what is on its way', hole({}), 2 * SECOND, 0, false],
  ['a hole of 3 s is asked for', hole({}), 3 * SECOND, 0, true],
  ['a hole whose command is open is left', hole({ commandNumber: 7, askedAtUs: 0 }), 60 * SECOND, 6, false],
  [
    'a hole that its command did not fill is asked for again',
    hole({ commandNumber: 7, askedAtUs: 0 }),
    60 * SECOND,
    7,
    true,
  ],
])('%s', (_name, one, nowUs, commandsDone, asked) => {
  expect(holesToAsk([one], { nowUs, commandsDone })).toEqual(asked ? [one] : [])
})

test('a store is never asked for more than a few ranges at a time, the first ones first', () => {
  const holes = Array.from({ length: 50 }, (_, index) => hole({ fromSeq: index * 10, toSeq: index * 10 }))
  expect(holesToAsk(holes, { nowUs: 3 * SECOND, commandsDone: 0 })).toEqual(holes.slice(0, MAX_OPEN_RESYNCS))
  const asked = holes.map((each, index) => (index < 15 ? { ...each, commandNumber: index + 1 } : each))
  expect(holesToAsk(asked, { nowUs: 3 * SECOND, commandsDone: 0 })).toHaveLength(MAX_OPEN_RESYNCS - 15)
})
