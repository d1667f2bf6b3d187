import { MAX_LEVEL } from '@shelfwire/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideLine, type LineChange } from './decide-line.ts'
import type { Level } from './level.ts'

const refuse = { createsSku: false, policy: 'refuse' } as const
const record = { createsSku: false, policy: 'record' } as const
const shelf: Level = { onHand: 10, held: 3 }

describe('one line of a write', () => {
  test.each<[string, Level | undefined, LineChange, object]>([
    [
      'a sale of what is free',
      shelf,
      { onHandDelta: -7, ...refuse },
      { outcome: 'recorded', missingUnits: 0 },
    ],
    [
      'a sale of held units',
      shelf,
      { onHandDelta: -8, ...refuse },
      { outcome: 'refused', code: 'insufficient_stock' },
    ],
    ['a sale that happened, of held units', shelf, { onHandDelta: -8, ...record }, { missingUnits: 1 }],
    ['a sale larger than the shelf', shelf, { onHandDelta: -11, ...refuse }, { code: 'insufficient_stock' }],
    ['a sale of an unknown SKU', undefined, { onHandDelta: -1, ...refuse }, { code: 'unknown_sku' }],
    ['a return of an unknown SKU', undefined, { onHandDelta: 1, ...refuse }, { code: 'unknown_sku' }],
    [
      'a sale that happened, of an unknown SKU',
      undefined,
      { onHandDelta: -4, ...record },
      { missingUnits: 4 },
    ],
    [
      'a receipt of a new SKU',
      undefined,
      { onHandDelta: 5, createsSku: true, policy: 'refuse' },
      { missingUnits: 0 },
    ],
    [
      'a count of nothing of a new SKU',
      undefined,
      { onHandDelta: 0, createsSku: true, policy: 'refuse' },
      { missingUnits: 0 },
    ],
    [
      'a receipt beyond every shelf',
      { onHand: MAX_LEVEL, held: 0 },
      { onHandDelta: 1, ...refuse },
      { code: 'level_too_large' },
    ],
    [
      'the same, said to have happened',
      { onHand: MAX_LEVEL, held: 0 },
      { onHandDelta: 1, ...record },
      { code: 'level_too_large' },
    ],
  ])('%s', (_what, level, change, decision) => {
    expect(decideLine(level, change)).toMatchObject(decision)
  })

  const level = fc.nat(50).chain((onHand) => fc.record({ onHand: fc.constant(onHand), held: fc.nat(onHand) }))
  const change = fc.record({
    onHandDelta: fc.integer({ min: -60, max: 60 }),
    createsSku: fc.boolean(),
    policy: fc.constantFrom('refuse' as const, 'record' as const),
  })

  test('I4: what is recorded never leaves fewer units than are held', () => {
    fc.assert(
      fc.property(fc.option(level, { nil: undefined }), change, (level, change) => {
        const decision = decideLine(level, change)
        if (decision.outcome === 'refused') return
        const { onHand, held } = level ?? { onHand: 0, held: 0 }
        expect(onHand + decision.missingUnits + change.onHandDelta).toBeGreaterThanOrEqual(held)
      }),
    )
  })

  test('what has happened is always recorded', () => {
    fc.assert(
      fc.property(fc.option(level, { nil: undefined }), change, (level, change) => {
        expect(decideLine(level, { ...change, policy: 'record' }).outcome).toBe('recorded')
      }),
    )
  })

  test('a discrepancy is never larger than what is missing', () => {
    fc.assert(
      fc.property(level, change, (level, change) => {
        const decision = decideLine(level, { ...change, policy: 'record' })
        if (decision.outcome === 'refused' || decision.missingUnits === 0) return
        expect(level.onHand + decision.missingUnits + change.onHandDelta).toBe(level.held)
      }),
    )
  })
})
