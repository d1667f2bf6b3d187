import {
  countedField,
  idempotencyKeyField,
  instantField,
  MAX_LINES,
  MAX_REASON_LENGTH,
  MAX_REFERENCE_LENGTH,
  plainText,
  quantityField,
  sentSkuField,
  signedQuantityField,
} from '@shelfwire/contracts'
import { strict } from '@shelfwire/http'
import { z } from 'zod'
import { WRITE_KINDS } from './write.ts'

const linesOf = <Quantity extends z.ZodType>(quantity: Quantity) => {
  const legal = `must be a list of 1 to ${MAX_LINES} lines`
  return z
    .array(strict({ sku: sentSkuField, quantity }), legal)
    .min(1, legal)
    .max(MAX_LINES, legal)
}

const reference = plainText(MAX_REFERENCE_LENGTH)
  .optional()
  .meta({ description: "The till's own word for it, such as a receipt's number.", example: 'receipt 4711' })
const reason = plainText(MAX_REASON_LENGTH).meta({ example: 'broken in the aisle' })
const occurredAt = instantField.optional().meta({
  description:
    "By the clock of the till; now unless told. Before 2000 or more than 24 hours ahead of the store's clock, it is taken " +
    'for a clock that is wrong: the entry gets the time of its recording.',
})
const policy = z
  .enum(['refuse', 'record'], 'must be refuse or record')
  .default('refuse')
  .meta({
    description:
      'refuse: nothing is written unless the books allow it. record: it has happened already; what the books lack ' +
      'comes in as a discrepancy first.',
  })

const details = { occurredAt, reference, reason: reason.optional() }

const shapes = {
  sale: { lines: linesOf(quantityField), ...details, policy },
  return: { lines: linesOf(quantityField), ...details, policy },
  receipt: { lines: linesOf(quantityField), ...details },
  adjustment: { lines: linesOf(signedQuantityField), ...details, reason, policy },
  count: {
    lines: linesOf(countedField),
    observedAt: instantField.meta({
      description:
        "When the observer looked at the shelf: at most 31 days ago and 5 minutes ahead by the store's clock.",
    }),
    reference,
    reason: reason.optional(),
    policy,
  },
}

/** What each route takes, by the kind of entry it writes. */
export const writeBodies = {
  sale: strict(shapes.sale),
  return: strict(shapes.return),
  receipt: strict(shapes.receipt),
  adjustment: strict(shapes.adjustment),
  count: strict(shapes.count),
}

/** One request of a batch: a body with its kind and key. */
export const batchRequest = z.discriminatedUnion(
  'kind',
  [
    strict({ kind: z.literal('sale'), idempotencyKey: idempotencyKeyField, ...shapes.sale }),
    strict({ kind: z.literal('return'), idempotencyKey: idempotencyKeyField, ...shapes.return }),
    strict({ kind: z.literal('receipt'), idempotencyKey: idempotencyKeyField, ...shapes.receipt }),
    strict({ kind: z.literal('adjustment'), idempotencyKey: idempotencyKeyField, ...shapes.adjustment }),
    strict({ kind: z.literal('count'), idempotencyKey: idempotencyKeyField, ...shapes.count }),
  ],
  `must be an object whose kind is one of ${WRITE_KINDS.join(', ')}`,
)

/** Any of the bodies, seen as one. */
export interface WriteBody {
  lines: { sku: string; quantity: number }[]
  policy?: 'refuse' | 'record' | undefined
  reference?: string | undefined
  reason?: string | undefined
  occurredAt?: string | undefined
  observedAt?: string | undefined
}
