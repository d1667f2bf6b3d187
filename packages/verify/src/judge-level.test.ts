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
  test('a SKU agrees when both sides are at the same seq with the same units', () => {
    expect(judge(level(5, 3), level(5, 3))).toEqual([])
  })

  test('a SKU differs when both sides are at the same seq with other units', () => {
    expect(judge(level(5, 3), level(5, 4, { held: 1 }))).toEqual([
      { storeId: 'store-1', where: 'A', field: 'onHand', store: 3, central: 4 },
      { storeId: 'store-1', where: 'A', field: 'held', store: 0, central: 1 },
    ])
  })

  test.each([
    ['has no row yet', undefined],
    ['is at an earlier seq', level(4, 4)],
    ['is in an earlier epoch', level(9, 4, { epoch: 0 })],
  ])('a SKU is read again while central %s', (_case, atCentral) => {
    expect(judge(level(5, 3), atCentral)).toBe('behind')
  })

  test('a SKU that changed since the store was read is judged by the entry at which central is', () => {
    expect(judge(level(5, 3), level(7, 1), level(7, 1))).toEqual([])
    expect(judge(level(5, 3), level(7, 1), level(7, 2))).toHaveLength(1)
    expect(judge(undefined, level(7, 1), level(7, 1))).toEqual([])
  })

  test('a SKU agrees when a new epoch of the store did not open it and central has emptied its row', () => {
    expect(judge(undefined, level(0, 0, { epoch: 2 }))).toEqual([])
    expect(judge(undefined, level(0, 3, { epoch: 2 }))).toHaveLength(1)
    expect(judge(level(1, 3, { epoch: 2 }), level(0, 0, { epoch: 2 }))).toBe('behind')
  })

  test('a SKU differs when central is at an entry that the store does not have, or has of another SKU', () => {
    const nothing = [
      { storeId: 'store-1', where: 'A', field: 'entry', store: null, central: 'seq 7 of epoch 1' },
    ]
    expect(judge(level(5, 3), level(7, 1))).toEqual(nothing)
    expect(judge(level(5, 3), level(7, 1), level(7, 1, { sku: 'B' }))).toEqual(nothing)
  })
})

test('I3: buckets of entries differ by their count, their checksum, or by missing on one side', () => {
  const sum = (bucket: number, entries: number, checksum: string) => ({ epoch: 1, bucket, entries, checksum })
  const atStore = [sum(0, 999, 'a'), sum(1, 1_000, 'b'), sum(2, 1_000, 'c'), sum(3, 5, 'd')]
  const atCentral = [sum(0, 999, 'a'), sum(1, 999, 'b'), sum(2, 1_000, 'x'), sum(4, 1, 'e')]
  expect(differingBuckets(atStore, atCentral).map(({ bucket }) => bucket)).toEqual([1, 2, 3, 4])
})
