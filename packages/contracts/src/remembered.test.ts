import { expect, test } from 'vitest'
import { MAX_REFERENCE_LENGTH } from './limits.ts'
import { formatRemembered, rememberedBy } from './remembered.ts'

test('what a store remembers of earlier epochs is read as it was written', () => {
  const remembered = new Map([
    [3, 90],
    [1, 4_711],
  ])
  const reference = formatRemembered(remembered)
  expect(reference).toBe('1.4711 3.90')
  expect(rememberedBy({ reference })).toEqual(remembered)
})

test('of more epochs than fit into a reference, the newest are named', () => {
  const remembered = new Map(Array.from({ length: 40 }, (_, index) => [index + 1, 1_000_000 + index]))
  const reference = formatRemembered(remembered)
  expect(reference.length).toBeLessThanOrEqual(MAX_REFERENCE_LENGTH)
  expect([...(rememberedBy({ reference }) ?? [])].at(-1)).toEqual([40, 1_000_039])
})

test.each([null, '', 'receipt 7', '1.2,3.4', '1.2 ', '-1.2'])(
  '%j says nothing of earlier epochs',
  (reference) => {
    expect(rememberedBy({ reference })).toBeNull()
  },
)
