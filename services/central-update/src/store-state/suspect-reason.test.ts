import { expect, test } from 'vitest'
import { type SuspectCauses, suspectReason } from './suspect-reason.ts'

const none: SuspectCauses = {
  ...{ epoch: 1, opened: true, divergedSeq: null, checksumSeq: null, rebuilding: false, parkedOpen: 0 },
}
const gap = { epoch: 1, seenAtUs: 0, commandNumber: 0, askedAtUs: null }

test('a store without a cause is not suspect', () => {
  expect(suspectReason(none, [])).toBeNull()
})

test.each([
  [{ ...none, epoch: 3, opened: false }, [], 'epoch 3 is opening'],
  [{ ...none, rebuilding: true }, [], 'central is being rebuilt from its journal'],
  [{ ...none, checksumSeq: 77 }, [], 'the checksum differs at seq 77'],
  [{ ...none, parkedOpen: 2 }, [], '2 records parked'],
  [none, [{ ...gap, fromSeq: 41, toSeq: 43 }], '3 entries missing (seq 41–43), resync not yet requested'],
  [
    none,
    [{ ...gap, fromSeq: 7, toSeq: 7, askedAtUs: Date.UTC(2026, 4, 1, 12, 0, 3) * 1_000 }],
    '1 entry missing (seq 7), resync requested at 12:00:03 UTC',
  ],
  [
    { ...none, divergedSeq: 12, parkedOpen: 1 },
    [],
    'a repeated entry differs from the ledger at seq 12; 1 record parked',
  ],
])('people read why a store is suspect: %o', (causes, gaps, text) => {
  expect(suspectReason(causes, gaps)).toBe(text)
})

test('a thousand gaps still make one sentence', () => {
  const gaps = Array.from({ length: 1_000 }, (_, index) => ({
    ...gap,
    fromSeq: index * 2,
    toSeq: index * 2,
  }))
  expect(suspectReason(none, gaps)).toBe(
    '1000 entries missing (seq 0, 2, 4 and more), resync not yet requested',
  )
})
