import { expect, test } from 'vitest'
import { classifySeq } from './classify-seq.ts'
import type { Gap } from './gaps.ts'

const gaps: Gap[] = [{ epoch: 2, fromSeq: 4, toSeq: 6, seenAtUs: 0, commandNumber: 0, askedAtUs: null }]

test.each([
  ['I2: the next number is the next', { epoch: 2, seq: 11 }, 'next'],
  ['a number beyond it leaves some out', { epoch: 2, seq: 12 }, 'beyond'],
  ['a number at the cursor was there before', { epoch: 2, seq: 10 }, 'repeat'],
  ['a number below a gap was there before', { epoch: 2, seq: 3 }, 'repeat'],
  ['the first number of a gap is missing', { epoch: 2, seq: 4 }, 'missing'],
  ['the last number of a gap is missing', { epoch: 2, seq: 6 }, 'missing'],
  ['a number of an epoch that is over is no news', { epoch: 1, seq: 99 }, 'repeat'],
  ['a number of a higher epoch starts it', { epoch: 3, seq: 1 }, 'new_epoch'],
])('%s', (_name, entry, verdict) => {
  expect(classifySeq(entry, { epoch: 2, seq: 10 }, gaps)).toBe(verdict)
})
