import { plainText, recordedSkuField, skuField } from '@shelfwire/contracts'
import { strict } from '@shelfwire/http'
import { z } from 'zod'
import { categoryField } from '../margins/margin.ts'

const MAX_ATTRIBUTES = 50
const MAX_PRICE_MINOR = 1_000_000_000_000
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

const amountLegal = `must be a whole number of minor units from 0 to ${MAX_PRICE_MINOR}`
const amountField = z
  .int(amountLegal)
  .min(0, amountLegal)
  .max(MAX_PRICE_MINOR, amountLegal)
  .meta({ description: 'In minor units: cents of a euro.', example: 199 })
const currencyLegal = 'must be a currency of ISO 4217, such as EUR'
const currencyField = z
  .string(currencyLegal)
  .refine((code) => CURRENCIES.has(code), currencyLegal)
  .meta({ example: 'EUR', enum: [...CURRENCIES] })

// No leading punctuation, so that no name is special to JavaScript (`__proto__`).
const NAME_BEGINS = '[^\\s\\u0000-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u009f\\u2028\\u2029]'
const nameBegins = new RegExp(`^${NAME_BEGINS}`)
const attributeName = plainText(64)
  .refine((name) => nameBegins.test(name), 'must not begin with punctuation')
  .meta({ pattern: `^${NAME_BEGINS}(.*\\S)?$` })
const attributeValue = z.union([z.string().max(256), z.number(), z.boolean()], {
  error: 'must be a text of at most 256 characters, a number, or true or false',
})
const attributesLegal = `must be an object of at most ${MAX_ATTRIBUTES} members`
const isBounded = (members: object) => Object.keys(members).length <= MAX_ATTRIBUTES
const attributesField = z
  .record(attributeName, attributeValue, attributesLegal)
  .refine(isBounded, attributesLegal)
  .meta({ example: { organic: true, litres: 1 }, maxProperties: MAX_ATTRIBUTES })

const settings = {
  name: plainText(256).meta({ example: 'Milk' }),
  category: categoryField.nullable().default(null),
  price: strict({ amount: amountField, currency: currencyField }),
  attributes: attributesField.default({}),
}

/** A whole product, as `PUT` takes it. */
export const productBody = strict(settings).meta({ id: 'ProductSettings' })

/** A whole product in a list, with its SKU. */
export const listedProduct = strict({ sku: skuField, ...settings })

/** What to change, as `PATCH` takes it (RFC 7396): members left out stay, an attribute that is null is removed. */
export const productPatch = strict({
  name: plainText(256).meta({ example: 'Whole milk' }).optional(),
  category: categoryField.nullable().optional(),
  price: strict({ amount: amountField.optional(), currency: currencyField.optional() }).optional(),
  attributes: z
    .record(attributeName, attributeValue.nullable(), attributesLegal)
    .refine(isBounded, attributesLegal)
    .meta({ maxProperties: MAX_ATTRIBUTES })
    .optional(),
}).meta({ id: 'ProductPatch' })

export type ProductPatch = z.output<typeof productPatch>

/** What the catalogue has about a SKU. Nothing of it is stock. */
export interface Product {
  sku: string
  name: string
  category: string | null
  price: { amount: number; currency: string }
  attributes: Record<string, string | number | boolean>
}

export const productView = z
  .object({
    sku: recordedSkuField,
    name: z.string(),
    category: z.string().nullable(),
    price: z.object({ amount: z.int(), currency: z.string() }),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'Product' })

/** The product after the patch, or null when it would have too many attributes. */
export function mergeProduct(product: Product, patch: ProductPatch): Product | null {
  const attributes: Product['attributes'] = { ...product.attributes }
  for (const [name, value] of Object.entries(patch.attributes ?? {})) {
    if (value === null) delete attributes[name]
    else attributes[name] = value
  }
  if (!isBounded(attributes)) return null
  const { name = product.name, category = product.category, price } = patch
  const { amount = product.price.amount, currency = product.price.currency } = price ?? {}
  return { sku: product.sku, name, category, price: { amount, currency }, attributes }
}
