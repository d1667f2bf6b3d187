import { expect, test } from 'vitest'
import { MAX_REFERENCE_LENGTH } from './limits.ts'
import { formatRemembered, rememberedBy } from './remembered.ts'

test('the list of earlier epochs in a reference is parsed to what was formatted', () => {
  const remembered = new Map([
    [3, 90],
    [1, 4_711],
  ])
  const reference = formatRemembered(remembered)
  expect(reference).toBe('1.4711 3.90')
  expect(rememberedBy({ reference })).toEqual(remembered)
})

test('when not all earlier epochs fit into a reference, the newest are named', () => {
  const remembered = new Map(Array.from({ length: 40 }, (_, index) => [index + 1, 1_000_000 + index]))
  const reference = formatRemembered(remembered)
  expect(reference.length).toBeLessThanOrEqual(MAX_REFERENCE_LENGTH)
  expect([...(rememberedBy({ reference }) ?? [])].at(-1)).toEqual([40, 1_000_039])
})

test.each([null, '', 'receipt 7', '1.2,3.4', '1.2 ', '-1.2'])(
  'the reference %j says nothing about earlier epochs',
  (reference) => {
    expect(rememberedBy({ reference })).toBeNull()
  },
)
