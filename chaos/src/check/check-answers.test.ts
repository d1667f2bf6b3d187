import { expect, test } from 'vitest'
import type { Attempt } from '../workload/request.ts'
import { checkAnswers } from './check-answers.ts'
import type { JournalEntry } from './journal-entries.ts'
import type { Sample } from './watch-answers.ts'

const entries: JournalEntry[] = [10, 8, 6].map((onHand, index) => ({
  ...{ epoch: 1, seq: index + 1, sku: 'milk', kind: 'sale', onHandDelta: -2, onHand, requestId: `k${index}` },
}))

/** The first two were acknowledged, at 1,000 and 2,000; the third was never answered. */
const attempts: Attempt[] = entries.slice(0, 2).map((entry, index) => ({
  request: { storeId: 'store-1', key: entry.requestId, kind: 'sale', body: { lines: [] } },
  ...{ sentAt: 0, answeredAt: (index + 1) * 1_000, result: 'ok', status: 201, answer: { entries: [entry] } },
}))

const sample: Sample = {
  ...{
    askedAt: 3_000,
    answeredAt: 3_010,
    storeId: 'store-1',
    sku: 'milk',
    onHand: 8,
    held: 0,
    pending: 0,
    margin: 3,
    available: 5,
  },
  ...{ state: 'fresh', slaMs: 5_000, asOf: 2_500, ageMs: 500 },
}

const found = (change: Partial<Sample>) =>
  checkAnswers('store-1', { samples: [{ ...sample, ...change }], attempts, entries }).map(
    ({ invariant, harm }) => `${invariant} ${harm}`,
  )

test.each<[string, Partial<Sample>, string[]]>([
  ['shows the last sale acknowledged before its asOf', {}, []],
  ['shows a later one', { onHand: 6, available: 3 }, []],
  ['lacks a sale acknowledged before its asOf', { onHand: 10, available: 7 }, ['I12 false-fresh']],
  ['lacks a sale acknowledged after its asOf', { onHand: 10, available: 7, asOf: 1_500 }, []],
  ['shows a level that never was', { onHand: 9, available: 6 }, ['I11 false-fresh']],
  ['is not the formula', { available: 6 }, ['I11 other']],
  ['is called fresh beyond the SLA', { askedAt: 9_000, ageMs: 500 }, ['I12 false-fresh']],
  ['is called fresh by an asOf from the future', { asOf: 4_000, ageMs: 7 }, ['I12 false-fresh']],
  ['is old and called stale', { askedAt: 9_000, ageMs: 6_500, state: 'stale' }, []],
])('I11, I12: an answer that %s', (_, change, expected) => {
  expect(found(change)).toEqual(expected)
})
