import { z } from 'zod'
import { MAX_SKU_LENGTH } from './limits.ts'
import { fitsIn } from './text-length.ts'

/** Different encodings of one text, such as `é` and `e` with a combining accent, are one SKU: its NFC form. */
export function normalizeSku(sku: string): string {
  return ASCII_WORD.test(sku) ? sku : sku.normalize('NFC')
}

const ASCII_WORD = /^[!-~]{1,64}$/
/** Invisible characters, and blanks other than U+0020: two SKUs that differ only in these would look the same. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u
const LOOSE_BLANKS = /^ | {2}| $/

/** Why a SKU as sent is refused, naming what is legal; undefined when it is legal. */
export function skuFault(sent: string): string | undefined {
  if (ASCII_WORD.test(sent)) return undefined
  const sku = normalizeSku(sent)
  if (sku === '' || !fitsIn(sku, MAX_SKU_LENGTH)) return `must be 1 to ${MAX_SKU_LENGTH} characters`
  if (UNSEEN.test(sku))
    return 'must have no control characters, no invisible ones and no blank other than U+0020'
  if (LOOSE_BLANKS.test(sku)) return 'must have no blanks at its ends and single ones inside'
  return undefined
}

// The same as a pattern for JSON Schema: words without invisible characters, separated by single blanks.
const SEEN =
  '[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f' +
  '\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff' +
  '\\uffa0\\ufff0-\\ufffb]'
const ABOUT = {
  description:
    'The name of a kind of goods. Compared by its code points after normalisation to Unicode form NFC, in which every ' +
    'answer gives it. No control characters, no format or other invisible characters (zero-width, direction marks, ' +
    'variation selectors), no blank other than U+0020, single blanks only, and none at the ends.',
  example: 'SKU-1',
  minLength: 1,
  maxLength: MAX_SKU_LENGTH,
  pattern: `^${SEEN}+( ${SEEN}+)*$`,
}

const text = z.string(`must be text of 1 to ${MAX_SKU_LENGTH} characters`)

/** By `check`: what `superRefine` and `overwrite` do beyond it doubles the cost of a SKU in a batch of them. */
function refuseFault({ value, issues }: z.core.ParsePayload<string>): void {
  const message = skuFault(value)
  if (message !== undefined) issues.push({ code: 'custom', message, input: value })
}

/** A SKU as it was sent, for the fingerprint of a request; {@link normalizeSku} gives its name. */
export const sentSkuField = text.check(refuseFault).meta(ABOUT)

/** A SKU, normalised. */
export const skuField = text
  .check((payload) => {
    refuseFault(payload)
    payload.value = normalizeSku(payload.value)
  })
  .meta(ABOUT)

/** A SKU as recorded, perhaps before SKUs were normalised: for answers, and for cursors, which compare it. */
export const recordedSkuField = z
  .string()
  .min(1)
  .max(MAX_SKU_LENGTH)
  .meta({ description: 'The name of a kind of goods.', example: 'SKU-1' })
