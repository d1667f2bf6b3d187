import { MAX_QUANTITY, plainText, skuField, storeIdField } from '@shelfwire/contracts'
import { strict } from '@shelfwire/http'
import { z } from 'zod'

export const categoryField = plainText(64).meta({
  description: 'A category of the catalogue.',
  example: 'dairy',
})

const unitsLegal = `must be a whole number from 0 to ${MAX_QUANTITY}`
const unitsField = z
  .int(unitsLegal)
  .min(0, unitsLegal)
  .max(MAX_QUANTITY, unitsLegal)
  .meta({ description: 'Units kept out of the promise.', example: 5 })

/** What a rule is for; a member left out means "any". A rule names a SKU or a category, never both. */
export const marginScope = {
  store: storeIdField.optional(),
  // Without an example: one beside that of the SKU would be refused.
  category: plainText(64).optional().meta({ description: 'A category of the catalogue; not beside a SKU.' }),
  sku: skuField.optional(),
}

/** A rule can't name both a SKU and a category; checked in bodies and queries. */
export function namesBoth({
  category,
  sku,
}: {
  category?: string | undefined
  sku?: string | undefined
}): boolean {
  return category !== undefined && sku !== undefined
}

export const marginBody = strict({ ...marginScope, units: unitsField }).meta({
  id: 'MarginSettings',
  description: 'A rule names a SKU or a category, not both.',
  not: { required: ['category', 'sku'] },
  example: { store: 'store-1', sku: 'SKU-1', units: 5 },
})

const anyName = z.string().nullable().meta({ description: 'null: any' })

export const marginView = z
  .object({
    store: anyName,
    category: anyName,
    sku: anyName,
    units: z.int(),
    updatedBy: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Margin' })

export type MarginView = z.infer<typeof marginView>
