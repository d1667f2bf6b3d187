import fc from 'fast-check'

/** A JSON Schema, as far as our documents use it. */
export interface JsonSchema {
  $ref?: string
  const?: unknown
  enum?: unknown[]
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  type?: string
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  propertyNames?: JsonSchema
  additionalProperties?: JsonSchema | boolean
  example?: unknown
}

/** Longer lists and texts find nothing more and cost time. */
const FEW = 3
const SHORT = 12

/** What the schema takes, `not` and `maxProperties` aside; `resolve` finds what a `$ref` names. */
export function arbitraryOf(
  schema: JsonSchema,
  resolve: (reference: string) => JsonSchema,
): fc.Arbitrary<unknown> {
  const of = (part: JsonSchema) => arbitraryOf(part, resolve)
  if (schema.$ref !== undefined) return of(resolve(schema.$ref))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.oneOf ?? schema.anyOf
  if (choices !== undefined) return fc.oneof(...choices.map(of))
  switch (schema.type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -(2 ** 31), -(2 ** 31)),
        max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1),
      })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(of(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: FEW })
    case 'object':
      return objectOf(schema, of)
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = SHORT }: JsonSchema): fc.Arbitrary<string> {
  const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  if (format === 'date-time') return times.map((time) => time.toISOString())
  if (format === 'date') return times.map((time) => time.toISOString().slice(0, 10))
  const length = { minLength, maxLength: Math.min(maxLength, SHORT) }
  if (pattern === undefined) return fc.string(length)
  return fc.stringMatching(new RegExp(pattern), { maxLength: length.maxLength })
}

function objectOf(
  { properties = {}, required = [], propertyNames, additionalProperties }: JsonSchema,
  of: (schema: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, of(member)]))
  const known = fc.record(members, { requiredKeys: required })
  if (typeof additionalProperties !== 'object') return known
  const more = fc.dictionary(
    of(propertyNames ?? { type: 'string' }) as fc.Arbitrary<string>,
    of(additionalProperties),
    { maxKeys: FEW },
  )
  return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }))
}
