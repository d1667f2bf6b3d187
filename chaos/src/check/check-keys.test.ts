import { describe, expect, test } from 'vitest'
import type { Attempt, Request, Result } from '../workload/request.ts'
import { checkKeys } from './check-keys.ts'
import type { JournalEntry } from './journal-entries.ts'

const sale: Request = {
  storeId: 'store-1',
  key: 'k1',
  kind: 'sale',
  body: { lines: [{ sku: 'milk', quantity: 2 }] },
}
const otherSale: Request = { ...sale, body: { lines: [{ sku: 'milk', quantity: 6 }] } }
const entry: JournalEntry = {
  ...{ epoch: 1, seq: 7, sku: 'milk', kind: 'sale', onHandDelta: -2, onHand: 3, requestId: 'k1' },
}
const again: JournalEntry = { ...entry, seq: 8, onHand: 1 }

function attempt(
  result: Result,
  answer: unknown = null,
  status = { ok: 201, refused: 409, unknown: 503 }[result],
) {
  return { request: sale, sentAt: 0, answeredAt: 1, result, status, answer } satisfies Attempt
}

const acknowledged = attempt('ok', { entries: [entry] })
const harms = (attempts: Attempt[], entries: JournalEntry[]) =>
  checkKeys('store-1', { attempts, entries }).map(({ invariant, harm }) => `${invariant} ${harm}`)

describe('I6: a request and what the journal has of it', () => {
  test.each<[string, Attempt[], JournalEntry[], string[]]>([
    ['acknowledged and there', [acknowledged], [entry], []],
    ['acknowledged and not there is lost', [acknowledged], [], ['I6 lost']],
    ['acknowledged and there twice is repeated', [acknowledged], [entry, again], ['I6 repeated']],
    ['refused and not there', [attempt('refused')], [], []],
    ['refused and there is repeated', [attempt('refused')], [entry], ['I6 repeated']],
    ['unknown and not there', [attempt('unknown')], [], []],
    ['unknown and there once', [attempt('unknown')], [entry], []],
    ['unknown and there twice is repeated', [attempt('unknown')], [entry, again], ['I6 repeated']],
    ['never sent and there is invented', [], [entry], ['I6 repeated']],
    [
      'acknowledged as something else',
      [attempt('ok', { entries: [{ ...entry, onHandDelta: -1 }] })],
      [{ ...entry, onHandDelta: -1 }],
      ['I6 other'],
    ],
  ])('%s', (_, attempts, entries, expected) => {
    expect(harms(attempts, entries)).toEqual(expected)
  })
})

describe('I7: the same key', () => {
  test('with the same answer each time', () => {
    expect(harms([acknowledged, attempt('unknown'), acknowledged], [entry])).toEqual([])
  })

  test('refused at first and taken later', () => {
    expect(harms([attempt('refused'), acknowledged], [entry])).toEqual(['I7 other'])
  })

  test('with another body is refused, and that is no other answer', () => {
    const other = { ...attempt('refused', null, 422), request: otherSale }
    expect(harms([acknowledged, other], [entry])).toEqual([])
  })

  test('with two bodies, both taken', () => {
    const other = { ...acknowledged, request: otherSale }
    expect(harms([acknowledged, other], [entry])).toEqual(['I7 repeated'])
  })

  test('with another body made twice by the same mistake, after the first was lost on its way', () => {
    const mistake = () => ({ ...attempt('refused'), request: structuredClone(otherSale) })
    expect(harms([attempt('unknown'), mistake(), mistake()], [])).toEqual([])
    const asked = { ...attempt('refused', null, 422), request: structuredClone(otherSale) }
    expect(harms([mistake(), asked], [])).toEqual(['I7 other'])
  })
})
