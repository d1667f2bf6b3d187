import { checksumOf, EMPTY_CHECKSUM } from '@shelfwire/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StockRow } from '../stock/level.ts'
import { type Books, closeBooks, type Head, loadRows, openBooks, rowOf } from './books.ts'
import {
  createSku,
  type Draft,
  discardDraft,
  type Fact,
  keepSoFar,
  type Origin,
  openDraft,
  recordFact,
  recordNote,
  restartDraft,
  writeOwn,
} from './draft.ts'

const SKUS = ['a', 'b', 'new']
const head = (more: Partial<Head> = {}): Head => ({
  ...{ storeId: 'store-1', epoch: 1, nextSeq: 5, era: 0, commandsDone: 3 },
  ...{ checksum: EMPTY_CHECKSUM, steadyAtUs: null, openingReason: null, coveredEpoch: 1 },
  ...more,
})
const row = (sku: string, more: Partial<StockRow> = {}): StockRow => ({
  ...{ sku, onHand: 10, held: 4, epoch: 1, seq: 1, updatedAtUs: 0 },
  ...{ lastRestockedAtUs: null, countedAtUs: null, lateSeq: null },
  ...more,
})
const books = (rows = [row('a'), row('b')], ofHead = head()): Books =>
  openBooks(ofHead, { skus: SKUS, rows }, { steadyUs: 2_000, recordedAtUs: 1_000, machineUs: 1_000 })
const till: Origin = {
  ...{ caller: 'till', requestId: 'k', reference: null, reason: null, occurredAtUs: 900 },
}
const sale = (sku: string, units: number): Fact => ({ sku, kind: 'sale', onHandDelta: -units, origin: till })
const levelOf = (of: Books, sku: string) => {
  const found = rowOf(of, sku)
  return found && { onHand: found.onHand, held: found.held }
}

describe('a draft', () => {
  test('lets each line of a request meet the effects of the lines before it', () => {
    const draft = openDraft(books())
    recordFact(draft, sale('a', 3))
    expect(recordFact(draft, sale('a', 2))).toMatchObject({ seq: 6, onHand: 5 })
  })

  test('keeps an expiry that a refused sale came upon, with its own origin, hold and held units', () => {
    const of = books()
    const draft = openDraft(of)
    const origin = { ...till, caller: 'store:expiry', requestId: 'hold-7' }
    recordFact(draft, { sku: 'a', kind: 'expire', onHandDelta: 0, heldDelta: -4, holdId: 'hold-7', origin })
    keepSoFar(draft)
    recordFact(draft, sale('a', 8))
    discardDraft(draft)
    expect(of.entries).toMatchObject([
      {
        seq: 5,
        kind: 'expire',
        heldDelta: -4,
        held: 0,
        onHand: 10,
        holdId: 'hold-7',
        caller: 'store:expiry',
      },
    ])
    expect(of.head.nextSeq).toBe(6)
    expect(levelOf(of, 'a')).toEqual({ onHand: 10, held: 0 })
  })

  test('that is restarted takes back also what was to be kept', () => {
    const of = books()
    const draft = openDraft(of)
    recordFact(draft, sale('a', 1))
    keepSoFar(draft)
    restartDraft(draft)
    discardDraft(draft)
    expect(of).toEqual(books())
  })

  test('that is discarded leaves the books as they were: head, rows, entries, and writes to own tables', () => {
    const of = books()
    recordFact(openDraft(of), sale('b', 1))
    const before = structuredClone({ ...of, ownWrites: [] })
    const draft = openDraft(of)
    createSku(draft, 'new')
    recordFact(draft, { sku: 'new', kind: 'receipt', onHandDelta: 7, origin: till })
    recordFact(draft, sale('b', 1))
    recordNote(draft, 'command_refused', till)
    writeOwn(draft, () => {})
    of.head.commandsDone = 4
    discardDraft(draft)
    expect(of).toEqual(before)
  })

  const step = fc.record({
    units: fc.array(fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 3 })), { maxLength: 4 }),
    isKept: fc.boolean(),
  })
  const apply = (draft: Draft, units: readonly [string, number][]) => {
    for (const [sku, quantity] of units) {
      if (rowOf(draft.books, sku) === undefined) createSku(draft, sku)
      recordFact(draft, { sku, kind: 'receipt', onHandDelta: quantity, origin: till })
    }
  }

  test('I1, I2: whatever is drafted and discarded, the books are those of the drafts that were kept', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, isOpening) => {
        const ofHead = () => head(isOpening ? { epoch: 2, nextSeq: 1, openingReason: 'a test' } : {})
        const [mixed, kept] = [books(undefined, ofHead()), books(undefined, ofHead())]
        for (const { units, isKept } of steps) {
          const draft = openDraft(mixed)
          apply(draft, units)
          if (isKept) apply(openDraft(kept), units)
          else discardDraft(draft)
        }
        expect(mixed).toEqual(kept)
        expect(closeBooks(mixed)).toEqual(closeBooks(kept))
        expect(mixed.entries.map(({ seq }) => seq)).toEqual(
          mixed.entries.map((_entry, index) => ofHead().nextSeq + index),
        )
      }),
    )
  })
})

describe('the level of a SKU', () => {
  test('that was not loaded is an error, never 0/0', () => {
    const of = books()
    const loadedLater = row('later')
    expect(() => rowOf(of, 'later')).toThrow('the level of later was not loaded')
    expect(() => recordFact(openDraft(of), sale('later', 1))).toThrow('was not loaded')
    expect(() => createSku(openDraft(of), 'later')).toThrow('was not loaded')
    loadRows(of, { skus: ['later', 'none'], rows: [loadedLater] })
    expect(rowOf(of, 'later')).toBe(loadedLater)
    expect(rowOf(of, 'none')).toBeUndefined()
  })

  test('that was loaded twice is the one of this transaction', () => {
    const of = books()
    recordFact(openDraft(of), sale('a', 1))
    loadRows(of, { skus: ['a'], rows: [row('a')] })
    expect(levelOf(of, 'a')).toEqual({ onHand: 9, held: 4 })
  })

  test('is changed only where there is one, and created only where there is none', () => {
    const draft = openDraft(books([row('a'), row('B')]))
    expect(() => recordFact(draft, sale('new', 1))).toThrow('new has no row')
    expect(() => createSku(draft, 'a')).toThrow("a can't be created")
    expect(() => createSku(draft, 'b')).toThrow('the store has B')
  })

  test('is written apart by whether it is new, and the checksum is that of all levels', () => {
    const rows = [row('a'), row('b')]
    const of = books(rows, head({ checksum: checksumOf(rows) }))
    const draft = openDraft(of)
    createSku(draft, 'new')
    recordFact(draft, { sku: 'new', kind: 'receipt', onHandDelta: 7, origin: till })
    recordFact(draft, sale('b', 1))
    const { created, updated } = closeBooks(of)
    expect([created, updated].map((group) => group.map(({ sku }) => sku))).toEqual([['new'], ['b']])
    const levels = [
      { sku: 'a', onHand: 10, held: 4 },
      { sku: 'b', onHand: 9, held: 4 },
      { sku: 'new', onHand: 7, held: 0 },
    ]
    expect(of.head.checksum).toBe(checksumOf(levels))
  })
})

test.each<[string, Partial<Fact>, number | null]>([
  ['a sale', { kind: 'sale', onHandDelta: -1 }, 5],
  ['a discrepancy, which goes ahead of a sale', { kind: 'discrepancy', onHandDelta: 1 }, null],
  ['a hold', { kind: 'hold', onHandDelta: 0, heldDelta: 1 }, null],
  ['an expiry', { kind: 'expire', onHandDelta: 0, heldDelta: -1 }, null],
  ['an execute, by which units leave the shelf', { kind: 'execute', onHandDelta: -1, heldDelta: -1 }, 5],
])('a SKU is listed for a recount by late entries that move onHand: %s', (_what, fact, lateSeq) => {
  const of = books([row('a', { countedAtUs: 950 })])
  recordFact(openDraft(of), { ...sale('a', 0), ...fact })
  expect(rowOf(of, 'a')?.lateSeq).toBe(lateSeq)
})
