import { expect, test } from 'vitest'
import { progressLine, progressOf, type Report } from './read-progress.ts'

const newest = { epoch: 1, seq: 5_000 }

test('progress names how far each store is back', () => {
  expect(
    progressLine([
      {
        id: 'store-1',
        applied: { epoch: 1, seq: 1_200 },
        newest,
        isProved: false,
        isEqual: false,
        why: null,
      },
      { id: 'store-2', applied: newest, newest, isProved: true, isEqual: true, why: null },
      { id: 'store-3', applied: null, newest: null, isProved: false, isEqual: false, why: null },
      {
        id: 'store-4',
        applied: newest,
        newest: { epoch: 2, seq: 30 },
        isProved: false,
        isEqual: false,
        why: null,
      },
    ]),
  ).toBe(
    'store-1 seq 1200 of 5000, store-2 equal, store-3 seq 0 of unknown, store-4 seq 5000 of 30 in epoch 1 of 2',
  )
})

const SINCE_MS = Date.parse('2026-05-01T12:00:00Z')
const ASOF = { before: '2026-05-01T11:59:59.999Z', after: '2026-05-01T12:00:00.001Z' }

test.each<[string, Partial<Report['stores'][number]>, boolean]>([
  ['a beat of after its start', { asOf: ASOF.after }, true],
  ['no beat of after its start', { asOf: ASOF.before }, false],
  ['no proof at all', { asOf: null }, false],
  ['a beat with another checksum', { asOf: ASOF.after, suspect: 'the checksum differs at seq 7' }, false],
  ['a beat, and entries missing since', { asOf: ASOF.after, suspect: '1 entry missing (seq 8)' }, false],
])('a rebuilt store with %s: equal is only what is proved', (_, change, isEqual) => {
  const store = { storeId: 'store-1', asOf: null, cursor: newest, why: null, ...change }
  const report = { at: ASOF.after, stores: [store] }
  expect(progressOf(report, { id: 'store-1', newest, sinceMs: SINCE_MS })).toMatchObject({ isEqual })
})
