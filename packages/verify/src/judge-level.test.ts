import { describe, expect, test } from 'vitest'
import { differingBuckets } from './compare-journal.ts'
import { judgeLevel, type Level } from './judge-level.ts'

const level = (seq: number, onHand: number, rest: Partial<Level> = {}): Level => ({
  ...{ sku: 'A', epoch: 1, seq, onHand, held: 0 },
  ...rest,
})
const judge = (atStore?: Level, atCentral?: Level, entry?: Level) =>
  judgeLevel({ storeId: 'store-1', sku: 'A', atStore, atCentral, entry })

describe('I3: a SKU in a store and in central', () => {
  test('agrees when both stand at the same number with the same units', () => {
    expect(judge(level(5, 3), level(5, 3))).toEqual([])
  })

  test('differs when both stand at the same number with other units', () => {
    expect(judge(level(5, 3), level(5, 4, { held: 1 }))).toEqual([
      { storeId: 'store-1', where: 'A', field: 'onHand', store: 3, central: 4 },
      { storeId: 'store-1', where: 'A', field: 'held', store: 0, central: 1 },
    ])
  })

  test.each([
    ['has no row yet', undefined],
    ['stands at an earlier number', level(4, 4)],
    ['stands in an earlier epoch', level(9, 4, { epoch: 0 })],
  ])('is read again while central %s', (_case, atCentral) => {
    expect(judge(level(5, 3), atCentral)).toBe('behind')
  })

  test('that moved on since the store was read is judged by the entry where central stands', () => {
    expect(judge(level(5, 3), level(7, 1), level(7, 1))).toEqual([])
    expect(judge(level(5, 3), level(7, 1), level(7, 2))).toHaveLength(1)
    expect(judge(undefined, level(7, 1), level(7, 1))).toEqual([])
  })

  test('agrees when a new epoch of the store did not name it and central has emptied its row', () => {
    expect(judge(undefined, level(0, 0, { epoch: 2 }))).toEqual([])
    expect(judge(undefined, level(0, 3, { epoch: 2 }))).toHaveLength(1)
    expect(judge(level(1, 3, { epoch: 2 }), level(0, 0, { epoch: 2 }))).toBe('behind')
  })

  test('differs when central stands at an entry that the store does not have, or has of another SKU', () => {
    const nothing = [
      { storeId: 'store-1', where: 'A', field: 'entry', store: null, central: 'seq 7 of epoch 1' },
    ]
    expect(judge(level(5, 3), level(7, 1))).toEqual(nothing)
    expect(judge(level(5, 3), level(7, 1), level(7, 1, { sku: 'B' }))).toEqual(nothing)
  })
})

test('I3: the thousands of entries that differ are those with another count, another checksum or no partner', () => {
  const sum = (bucket: number, entries: number, checksum: string) => ({ epoch: 1, bucket, entries, checksum })
  const atStore = [sum(0, 999, 'a'), sum(1, 1_000, 'b'), sum(2, 1_000, 'c'), sum(3, 5, 'd')]
  const atCentral = [sum(0, 999, 'a'), sum(1, 999, 'b'), sum(2, 1_000, 'x'), sum(4, 1, 'e')]
  expect(differingBuckets(atStore, atCentral).map(({ bucket }) => bucket)).toEqual([1, 2, 3, 4])
})
