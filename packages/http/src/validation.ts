import { z } from 'zod'
import type { FieldProblem } from './problem.ts'

/** An object that refuses unknown fields and names the legal ones. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const legal = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'invalid_type') return `must be an object; legal fields: ${legal || 'none'}`
      if (issue.code !== 'unrecognized_keys') return undefined
      const names = issue.keys.map((key) => JSON.stringify(key)).join(', ')
      return `unknown ${issue.keys.length > 1 ? 'fields' : 'field'} ${names}; legal: ${legal || 'none'}`
    },
  })
}

/** zod's issues as fields and legal values; `place` is the part of the request that was parsed. */
export function fieldProblems(
  error: z.ZodError,
  place: 'body' | 'query' | 'path' | 'header',
): FieldProblem[] {
  return error.issues.map((issue) => {
    const path = fieldPath(issue.path)
    const field = place === 'body' ? path || 'body' : `${place} ${path}`.trim()
    return { field, message: issue.message }
  })
}

function fieldPath(path: PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}

/** A whole number in a query string, within `low` to `high`. */
export function queryInteger(low: number, high: number) {
  const legal = `must be a whole number from ${low} to ${high}`
  return z
    .string(legal)
    .regex(/^-?\d{1,15}$/, legal)
    .transform(Number)
    .pipe(z.int(legal).min(low, legal).max(high, legal))
    .meta({ override: { type: 'integer', minimum: low, maximum: high } })
}

/** `true` or `false` in a query string. */
export const queryBoolean = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .meta({ override: { type: 'boolean' } })

/** A comma-separated selection of `fields`, for reads that return only these. */
export function queryFields<Field extends string>(fields: readonly Field[]) {
  const legal = `must be one or more of ${fields.join(', ')}, separated by commas`
  return z
    .string(legal)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(fields as [Field, ...Field[]], legal), legal).min(1, legal))
    .meta({
      override: { type: 'array', items: { type: 'string', enum: [...fields] }, minItems: 1 },
      description: 'Only these fields.',
    })
}

/** The selected members of `row`; all of them without a selection. */
export function pickFields<Row extends object>(
  row: Row,
  wanted: readonly string[] | undefined,
): Partial<Row> {
  if (wanted === undefined) return row
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name))) as Partial<Row>
}

/** The JSON Schema of a schema's input, for places in the document whose rows are validated one by one. */
export function inlineSchema(schema: z.ZodType) {
  const { $schema: _dialect, '~standard': _standard, ...inline } = z.toJSONSchema(schema, { io: 'input' })
  return inline as { type: 'object' }
}
