import { recordedSkuField, storeIdField } from '@shelfwire/contracts'
import { queryBoolean, queryFields } from '@shelfwire/http'
import { z } from 'zod'
import { freshnessView } from '../freshness/freshness-view.ts'

export const ROW_FIELDS = [
  'storeId',
  'onHand',
  'held',
  'pending',
  'margin',
  'available',
  'updatedAt',
  'freshness',
] as const

const units = z.int()

/** One SKU in one store: what is available, its parts, and its freshness. */
export const availabilityRow = z
  .object({
    storeId: storeIdField,
    onHand: units,
    held: units,
    pending: units,
    margin: units,
    available: units.meta({ description: 'max(0, onHand − held − pending − margin)' }),
    updatedAt: z.string(),
    freshness: freshnessView,
  })
  .meta({ id: 'AvailabilityRow' })

export type AvailabilityRow = z.infer<typeof availabilityRow>

export const skuAvailability = z
  .object({
    sku: recordedSkuField,
    known: z.boolean().meta({ description: 'Whether any store has a row for it or the catalogue has it.' }),
    availableFresh: units.meta({
      description: 'Sum of `available` over the listed stores that are `fresh`: what is proved now.',
    }),
    stores: z.array(availabilityRow.partial()),
    rebuilding: z.array(storeIdField).optional().meta({
      description: 'Stores left out because they are being rebuilt. Absent when there are none.',
    }),
  })
  .meta({
    id: 'Availability',
    description: 'One SKU by store. Everything in one answer is the state of one moment.',
  })

export type SkuAvailability = z.infer<typeof skuAvailability>

const STORE_ID = {
  type: 'string' as const,
  pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$',
  example: 'store-1',
}
const storesLegal = 'must be store ids, separated by commas'

/** `store=store-1,store-2` */
export const queryStores = z
  .string(storesLegal)
  .transform((text) => text.split(','))
  .pipe(z.array(storeIdField).min(1, storesLegal).max(1_000, storesLegal))
  .meta({
    override: { type: 'array', items: STORE_ID, minItems: 1, maxItems: 1_000 },
    description: 'Only these stores, separated by commas.',
  })

export const queryInStock = queryBoolean.meta({ description: 'true: only rows with `available` above 0.' })

export const queryRowFields = queryFields(ROW_FIELDS)
