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
    ['that is acknowledged and recorded is no violation', [acknowledged], [entry], []],
    ['that is acknowledged and not recorded is lost', [acknowledged], [], ['I6 lost']],
    ['that is acknowledged and recorded twice is repeated', [acknowledged], [entry, again], ['I6 repeated']],
    ['that is refused and not recorded is no violation', [attempt('refused')], [], []],
    ['that is refused and recorded is repeated', [attempt('refused')], [entry], ['I6 repeated']],
    ['whose outcome is unknown may be unrecorded', [attempt('unknown')], [], []],
    ['whose outcome is unknown may be recorded once', [attempt('unknown')], [entry], []],
    [
      'whose outcome is unknown and which is recorded twice is repeated',
      [attempt('unknown')],
      [entry, again],
      ['I6 repeated'],
    ],
    ['that was never sent and is recorded is repeated', [], [entry], ['I6 repeated']],
    [
      'that was acknowledged with other content is a violation',
      [attempt('ok', { entries: [{ ...entry, onHandDelta: -1 }] })],
      [{ ...entry, onHandDelta: -1 }],
      ['I6 other'],
    ],
  ])('I6: a request %s', (_, attempts, entries, expected) => {
    expect(harms(attempts, entries)).toEqual(expected)
  })
})

describe('I7: the same key', () => {
  test('I7: a key that was resent and got the same answer is no violation', () => {
    expect(harms([acknowledged, attempt('unknown'), acknowledged], [entry])).toEqual([])
  })

  test('I7: a key that was refused first and accepted later is a violation', () => {
    expect(harms([attempt('refused'), acknowledged], [entry])).toEqual(['I7 other'])
  })

  test('I7: a refusal of another body under the same key is no violation', () => {
    const other = { ...attempt('refused', null, 422), request: otherSale }
    expect(harms([acknowledged, other], [entry])).toEqual([])
  })

  test('I7: two bodies accepted under one key are a violation', () => {
    const other = { ...acknowledged, request: otherSale }
    expect(harms([acknowledged, other], [entry])).toEqual(['I7 repeated'])
  })

  test('I7: bodies are compared by value, and a body after a lost attempt may be the first to arrive', () => {
    const mistake = () => ({ ...attempt('refused'), request: structuredClone(otherSale) })
    expect(harms([attempt('unknown'), mistake(), mistake()], [])).toEqual([])
    const asked = { ...attempt('refused', null, 422), request: structuredClone(otherSale) }
    expect(harms([mistake(), asked], [])).toEqual(['I7 other'])
  })
})
