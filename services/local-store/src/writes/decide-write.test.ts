import { EMPTY_CHECKSUM } from '@shelfwire/contracts'
import { describe, expect, test } from 'vitest'
import { openBooks } from '../journal/books.ts'
import { type Draft, openDraft } from '../journal/draft.ts'
import type { StockRow } from '../stock/level.ts'
import { type ChangesSince, decideWrite } from './decide-write.ts'
import type { Write, WriteKind } from './write.ts'

const head = () => ({
  ...{ storeId: 'store-1', epoch: 1, nextSeq: 1, era: 0, commandsDone: 0, checksum: EMPTY_CHECKSUM },
  steadyAtUs: null,
  ...{ openingReason: null, coveredEpoch: 1 },
})

function stocked(levels: Record<string, number>, more: Partial<StockRow> = {}): Draft {
  const past = {
    held: 0,
    epoch: 1,
    seq: 1,
    lastRestockedAtUs: null,
    countedAtUs: null,
    lateSeq: null,
    updatedAtUs: 0,
  }
  const rows = Object.entries(levels).map(([sku, onHand]) => ({ sku, onHand, ...past, ...more }))
  const books = openBooks(
    head(),
    { skus: ['A', 'B', 'C', 'new'], rows },
    { steadyUs: 1_000, recordedAtUs: 1_000, machineUs: 1_000 },
  )
  return openDraft(books)
}

function write(kind: WriteKind, units: Record<string, number>, more: Partial<Write> = {}): Write {
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }))
  const asked = { caller: 'till', requestId: 'k', fingerprint: Buffer.alloc(16) }
  return {
    kind,
    ...asked,
    lines,
    policy: 'refuse',
    reference: null,
    reason: null,
    occurredAtUs: null,
    ...more,
  }
}

const decide = (write: Write, draft: Draft, since?: ChangesSince) =>
  decideWrite(write, draft, { occurredAtUs: write.occurredAtUs ?? 1_000, since })

const factsOf = (decision: ReturnType<typeof decideWrite>) =>
  decision.outcome === 'recorded'
    ? decision.entries.map(({ sku, kind, onHandDelta }) => [sku, kind, onHandDelta])
    : []

describe('a write', () => {
  test('is recorded line by line', () => {
    expect(factsOf(decide(write('sale', { A: 2, B: 1 }), stocked({ A: 5, B: 1 })))).toEqual([
      ['A', 'sale', -2],
      ['B', 'sale', -1],
    ])
  })

  test('is refused whole, naming every line that stands against it', () => {
    const decision = decide(write('sale', { A: 6, B: 1, C: 1, b: 1 }), stocked({ A: 5, B: 1 }))
    expect(decision).toMatchObject({
      outcome: 'refused',
      lines: [
        { sku: 'A', code: 'insufficient_stock', quantity: 6, onHand: 5 },
        { sku: 'C', code: 'unknown_sku' },
        { sku: 'b', code: 'sku_case_conflict', existingSku: 'B' },
      ],
    })
  })

  test('may not bring in two SKUs that differ only in case', () => {
    const decision = decide(write('receipt', { new: 1, NEW: 1 }), stocked({}))
    expect(decision).toMatchObject({
      outcome: 'refused',
      lines: [{ sku: 'NEW', code: 'sku_case_conflict', existingSku: 'new' }],
    })
  })

  test('that has happened comes after the discrepancy that makes it possible, also for an unknown SKU', () => {
    const happened = write('sale', { A: 7, C: 2 }, { policy: 'record' })
    expect(factsOf(decide(happened, stocked({ A: 5 })))).toEqual([
      ['A', 'discrepancy', 2],
      ['A', 'sale', -7],
      ['C', 'discrepancy', 2],
      ['C', 'sale', -2],
    ])
  })
})

describe('a count', () => {
  test('keeps what was sold after its observer looked', () => {
    // 10 in the books when 8 were seen; 3 sold since.
    const decision = decide(
      write('count', { A: 8 }, { occurredAtUs: 500 }),
      stocked({ A: 7 }),
      new Map([['a', -3]]),
    )
    expect(factsOf(decision)).toEqual([['A', 'count', -2]])
  })

  test('that finds what the books say is a fact too', () => {
    expect(factsOf(decide(write('count', { A: 7 }, { occurredAtUs: 500 }), stocked({ A: 7 })))).toEqual([
      ['A', 'count', 0],
    ])
  })

  test('makes a SKU known, even by finding none', () => {
    expect(factsOf(decide(write('count', { A: 0, B: 4 }, { occurredAtUs: 500 }), stocked({})))).toEqual([
      ['A', 'count', 0],
      ['B', 'count', 4],
    ])
  })

  test('that contradicts later sales is refused, or recorded with a discrepancy', () => {
    // Nothing was seen of 10, but 4 were sold after that.
    const seen = { occurredAtUs: 500 }
    const since = new Map([['a', -4]])
    expect(decide(write('count', { A: 0 }, seen), stocked({ A: 6 }), since)).toMatchObject({
      lines: [{ code: 'insufficient_stock' }],
    })
    expect(
      factsOf(decide(write('count', { A: 0 }, { ...seen, policy: 'record' }), stocked({ A: 6 }), since)),
    ).toEqual([
      ['A', 'discrepancy', 4],
      ['A', 'count', -10],
    ])
  })

  test('older than another count corrects nothing twice: it is refused', () => {
    const counted = stocked({ A: 7 }, { countedAtUs: 600 })
    expect(decide(write('count', { A: 8 }, { occurredAtUs: 500 }), counted)).toMatchObject({
      lines: [{ code: 'count_superseded', countedAt: '1970-01-01T00:00:00.000600Z' }],
    })
  })
})
