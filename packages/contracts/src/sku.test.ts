import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { normalizeSku, sentSkuField, skuField } from './sku.ts'

const legal = [
  'SKU-1',
  'a',
  'x'.repeat(64),
  'Äpfel 1 kg',
  '漢字',
  '🍏',
  '🍏'.repeat(64),
  'क्षि',
  'a b c',
  '~!"#',
]
const illegal: [string, unknown][] = [
  ['empty', ''],
  ['beginning with a blank', ' a'],
  ['ending with a blank', 'a '],
  ['with a doubled blank', 'a  b'],
  ['of a blank', ' '],
  ['with a tab', 'a\tb'],
  ['with a line end', 'a\n'],
  ['with a null', 'a\u0000b'],
  ['with a C1 control', 'a\u0085b'],
  ['with a line separator', 'a\u2028b'],
  ['with a no-break space', 'a\u00a0b'],
  ['with an ideographic space', '牛\u3000乳'],
  ['with a zero-width space', 'a\u200bb'],
  ['with a zero-width joiner', '👩\u200d👧'],
  ['with a soft hyphen', 'a\u00adb'],
  ['with a byte order mark', '\ufeffa'],
  ['with a direction mark', 'a\u200eb'],
  ['with an override of direction', 'a\u202eb'],
  ['with a variation selector', '❤\ufe0f'],
  ['with a filler', 'a\u3164b'],
  ['with a tag', 'a\u{e0041}b'],
  ['with half a character', '\ud800'],
  ['of 65 characters', 'x'.repeat(65)],
  ['of 64 that are 128 in NFC', '\u0958'.repeat(64)],
  ...[7, null, true, ['a']].map((value): [string, unknown] => ['that is not text', value]),
]

describe('a SKU', () => {
  test.each(legal)('the SKU %j is legal', (sku) => {
    expect(skuField.safeParse(sku).success).toBe(true)
  })
  test.each(illegal)('a SKU %s is refused', (_what, sku) => {
    expect(skuField.safeParse(sku).success).toBe(false)
    expect(sentSkuField.safeParse(sku).success).toBe(false)
  })

  test.each([
    ['cafe\u0301', 'caf\u00e9'],
    ['\u212b', '\u00c5'],
    ['\u1100\u1161', '\uac00'],
  ])('%j is %j', (sent, name) => {
    expect(skuField.parse(sent)).toBe(name)
    expect(sentSkuField.parse(sent)).toBe(sent)
  })

  test('a SKU of 64 characters in NFC may be sent in a longer encoding', () => {
    expect(skuField.parse('e\u0301'.repeat(64))).toBe('\u00e9'.repeat(64))
  })

  test('a SKU has one name in all its encodings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }), (text) => {
        const forms = (['NFC', 'NFD'] as const).map((form) => skuField.safeParse(text.normalize(form)).data)
        expect(forms[0]).toBe(forms[1])
        if (forms[0] !== undefined) expect(skuField.parse(forms[0])).toBe(normalizeSku(forms[0]))
      }),
    )
  })
})

describe("the document's pattern of a SKU", () => {
  const { pattern } = z.toJSONSchema(skuField) as { pattern: string }
  const ways = [new RegExp(pattern), new RegExp(pattern, 'u')]
  test('the pattern in the document accepts legal SKUs and refuses others, as far as a pattern can', () => {
    for (const way of ways) {
      expect(legal.filter((sku) => !way.test(sku))).toEqual([])
      const untold = ['with a tag', 'with half a character', 'of 65 characters', 'of 64 that are 128 in NFC']
      const taken = illegal.filter(([, sku]) => typeof sku === 'string' && way.test(sku))
      expect(taken.map(([what]) => what)).toEqual(untold)
    }
  })
  test('strings generated from the pattern in the document are legal SKUs', () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(pattern), { maxLength: 64 }), (sku) => {
        expect(skuField.safeParse(sku).error?.issues).toBeUndefined()
      }),
    )
  })
})
