import {
  type Entry,
  MAX_CALLER_LENGTH,
  MAX_HOLD_ID_LENGTH,
  MAX_KEY_LENGTH,
  MAX_REASON_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SKU_LENGTH,
  plainText,
} from '@shelfwire/contracts'
import fc from 'fast-check'
import { DST_EDGES_US } from './dst-edges.ts'

/** Any code point but the surrogates, which are none by themselves; half of them from the plane that holds most scripts. */
const codePoint = fc.oneof(
  fc.integer({ min: 0x20, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
  fc.constantFrom(...[...'aé\u0301🍏\u200d\'\\%"'].map((character) => character.codePointAt(0) ?? 0)),
)

/** Any text that a column of `max` code points takes, of any length. */
function textOf(max: number): fc.Arbitrary<string> {
  const field = plainText(max)
  return fc
    .array(codePoint, { minLength: 1, maxLength: max, size: 'max' })
    .map((codePoints) => String.fromCodePoint(...codePoints))
    .filter((text) => field.safeParse(text).success)
}

const timeUs = fc.oneof(
  fc.constantFrom(...DST_EDGES_US),
  fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000_000 + 1),
)

/** `count` receipts of one unit of as many SKUs, with any legal text in every column and any legal time. */
export function anyEntries(storeId: string, count: number): fc.Arbitrary<Entry[]> {
  const texts = fc.record({
    sku: textOf(MAX_SKU_LENGTH),
    caller: textOf(MAX_CALLER_LENGTH),
    requestId: textOf(MAX_KEY_LENGTH),
    holdId: fc.option(textOf(MAX_HOLD_ID_LENGTH)),
    reference: fc.option(textOf(MAX_REFERENCE_LENGTH)),
    reason: fc.option(textOf(MAX_REASON_LENGTH)),
    occurredAtUs: timeUs,
    recordedAtUs: timeUs,
  })
  const rows = fc.uniqueArray(texts, { selector: ({ sku }) => sku, minLength: count, maxLength: count })
  const level = { onHandDelta: 1, heldDelta: 0, onHand: 1, held: 0 }
  return rows.map((all) =>
    all.map((row, index) => ({ epoch: 1, seq: index + 1, storeId, kind: 'receipt', ...level, ...row })),
  )
}
