import { EMPTY_CHECKSUM } from '@shelfwire/contracts'
import type { Partition } from '@shelfwire/mysql'
import { describe, expect, test } from 'vitest'
import type { Head } from '../journal/books.ts'
import { epochRanges, isEpochOver, mayForget, roomFor } from './decide-epochs.ts'

const DAY_US = 86_400_000_000
const nowUs = 2_000 * DAY_US
const of = (...bounds: number[]): Partition[] => [
  ...bounds.map((below) => ({ name: `below_${below}`, below: String(below) })),
  { name: 'rest', below: null },
]
const head: Head = {
  storeId: 'store-1',
  epoch: 4,
  nextSeq: 9,
  era: 0,
  commandsDone: 0,
  checksum: EMPTY_CHECKSUM,
  steadyAtUs: null,
  openingReason: null,
  coveredEpoch: 4,
}

describe('room for an epoch', () => {
  test.each([
    { bounds: [2, 3], epoch: 2, add: [] },
    { bounds: [2, 3], epoch: 3, add: ['4'] },
    // A restored store goes on above an epoch that only central knew.
    { bounds: [2, 3], epoch: 8, add: ['8', '9'] },
    { bounds: [], epoch: 1, add: ['1', '2'] },
  ])('$epoch where partitions end at $bounds takes $add', ({ bounds, epoch, add }) => {
    const made = roomFor(epoch, of(...bounds)).add
    expect(made.map(({ below }) => below)).toEqual(add)
    const ranges = epochRanges([...of(...bounds).slice(0, -1), ...made, { name: 'rest', below: null }])
    expect(ranges.some(({ from, below }) => from === epoch && below === epoch + 1) || epoch === 1).toBe(true)
  })
})

describe('a partition of finished epochs', () => {
  const range = { name: 'below_3', from: 2, below: 3 }
  const old = nowUs - 400 * DAY_US
  test.each([
    ['whose end is 400 days old goes', {}, old, true],
    ['that holds nothing goes', {}, null, true],
    ['younger than that stays', {}, old + 1, false],
    ['stays while central may still ask for its entries', { coveredEpoch: 2 }, old, false],
    ['stays while it is the running one', { epoch: 2, coveredEpoch: 2 }, old, false],
    ['stays while the epoch behind it is being opened', { openingReason: 'a year is over' }, old, false],
    ['goes when central stands right behind it', { coveredEpoch: 3 }, old, true],
  ] as const)('%s', (_what, more, endedAtUs, goes) => {
    expect(mayForget(range, { head: { ...head, ...more }, endedAtUs, nowUs })).toBe(goes)
  })
})

test.each([
  [null, false],
  [nowUs - 365 * DAY_US + 1, false],
  [nowUs - 365 * DAY_US, true],
  // A clock that was wrong when it began.
  [nowUs + DAY_US, false],
])('an epoch that began at %s is over: %s', (beganAtUs, over) => {
  expect(isEpochOver(beganAtUs, nowUs)).toBe(over)
})
