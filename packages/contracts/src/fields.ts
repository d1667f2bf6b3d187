import { z } from 'zod'
import { MAX_KEY_LENGTH, MAX_QUANTITY } from './limits.ts'

// Printable, no control characters (C0, DEL, C1, line separators), no blank at either end, no lone surrogate: text that
// a label printer, a log line and MySQL's utf8mb4 preserve.
const PLAIN_TEXT = /^(?!\s)(?!.*\s$)[^\p{Cc}\p{Cs}\u2028\u2029]+$/u

// The same as a pattern for JSON Schema, without flags, which generators and validators can read.
const IN_TEXT = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029'
const PLAIN_PATTERN = `^[^\\s${IN_TEXT}]([^${IN_TEXT}]*[^\\s${IN_TEXT}])?$`

/** Text without control characters and without blanks at its ends, 1 to `max` code points. */
export function plainText(max: number) {
  return z
    .string(`must be text of 1 to ${max} characters`)
    .min(1, `must be 1 to ${max} characters`)
    .max(max, `must be 1 to ${max} characters`)
    .refine((text) => PLAIN_TEXT.test(text), 'must have no control characters and no blanks at its ends')
    .meta({ pattern: PLAIN_PATTERN })
}

/** Placeholders in examples, replaced when the document is served: a unique key, and the present time. */
export const EXAMPLE_KEY = 'till-7-000123'
export const EXAMPLE_INSTANT = '2026-05-01T09:30:00Z'

export const storeIdField = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    'must be 1 to 32 of a-z, 0-9 and -, not beginning or ending with -',
  )
  .meta({ description: 'The name of a store.', example: 'store-1' })

export const idempotencyKeyField = z
  .string(`must be given: 1 to ${MAX_KEY_LENGTH} printable ASCII characters without blanks`)
  .min(1, `must be 1 to ${MAX_KEY_LENGTH} characters`)
  .max(MAX_KEY_LENGTH, `must be 1 to ${MAX_KEY_LENGTH} characters`)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
  .meta({ description: 'Chosen by the caller, one for each intended write.', example: EXAMPLE_KEY })

const quantityRange = (low: number) => `must be a whole number from ${low} to ${MAX_QUANTITY}`

/** Units sold, returned or received: 1 to 1,000,000. */
export const quantityField = z
  .int(quantityRange(1))
  .min(1, quantityRange(1))
  .max(MAX_QUANTITY, quantityRange(1))
  .meta({ example: 2 })

/** Units counted on the shelf: 0 is a legal finding. */
export const countedField = z
  .int(quantityRange(0))
  .min(0, quantityRange(0))
  .max(MAX_QUANTITY, quantityRange(0))
  .meta({ example: 40 })

const signedRange = `must be a whole number from -${MAX_QUANTITY} to ${MAX_QUANTITY}, not 0`

/** A signed correction, never 0. */
export const signedQuantityField = z
  .int(signedRange)
  .min(-MAX_QUANTITY, signedRange)
  .max(MAX_QUANTITY, signedRange)
  .refine((units) => units !== 0, signedRange)
  .meta({ example: -1, not: { const: 0 } })

const instant = z.iso.datetime({ offset: true })

/** An instant with its zone, such as `2026-05-01T09:30:00Z`. */
export const instantField = z
  .string()
  .refine((text) => instant.safeParse(text).success, {
    error: 'must be an ISO 8601 time with a zone, such as 2026-05-01T09:30:00Z',
  })
  .meta({ format: 'date-time', example: EXAMPLE_INSTANT })
