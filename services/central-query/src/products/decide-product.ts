import { isDeepStrictEqual } from 'node:util'
import { mergeProduct, type Product, type ProductPatch } from './product.ts'

/** What is asked of one SKU of the catalogue. */
export type ProductWish =
  | { sku: string; kind: 'put'; product: Product }
  | { sku: string; kind: 'patch'; patch: ProductPatch }
  | { sku: string; kind: 'remove' }

export type ProductOutcome =
  | { outcome: 'created' | 'changed'; before: Product | undefined; after: Product }
  | { outcome: 'removed'; before: Product; after: undefined }
  | { outcome: 'unchanged'; after: Product }
  | { outcome: 'refused'; code: 'unknown_product' | 'too_many_attributes' }
  | { outcome: 'refused'; code: 'sku_case_conflict'; twin: string }

/** Decides what a wish does to a product; `twin` is an existing SKU that differs from the requested one only in case. */
export function decideProduct(
  wish: ProductWish,
  { before, twin }: { before: Product | undefined; twin: string | undefined },
): ProductOutcome {
  if (wish.kind === 'remove') {
    if (before === undefined) return { outcome: 'refused', code: 'unknown_product' }
    return { outcome: 'removed', before, after: undefined }
  }
  if (wish.kind === 'patch' && before === undefined) return { outcome: 'refused', code: 'unknown_product' }
  if (before === undefined && twin !== undefined)
    return { outcome: 'refused', code: 'sku_case_conflict', twin }
  const after = wish.kind === 'put' ? wish.product : before && mergeProduct(before, wish.patch)
  if (after === null || after === undefined) return { outcome: 'refused', code: 'too_many_attributes' }
  if (before === undefined) return { outcome: 'created', before, after }
  if (isDeepStrictEqual(before, after)) return { outcome: 'unchanged', after }
  return { outcome: 'changed', before, after }
}
