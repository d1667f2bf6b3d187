import { MAX_PAGE } from '@shelfwire/contracts'
import { z } from 'zod'
import { queryInteger } from './validation.ts'

const DEFAULT_PAGE = 100

/** The query field `limit`: how many rows a page has at most. */
export const queryLimit = queryInteger(1, MAX_PAGE).default(DEFAULT_PAGE)

/** The body of a page of such items. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** Encodes where the next page begins, opaque to clients: the key of this page's last row. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** A query field holding a cursor whose key has the shape `key`; a forged one is invalid input. */
export function queryCursor<Key extends z.ZodType>(key: Key) {
  const legal = 'must be the "next" of an earlier page'
  return z
    .string(legal)
    .max(1_000, legal)
    .transform((text, context): z.output<Key> => {
      const parsed = key.safeParse(readJson(text))
      if (parsed.success) return parsed.data
      context.addIssue({ code: 'custom', message: legal })
      return z.NEVER
    })
    .meta({ override: { type: 'string' }, description: 'The "next" of the previous page.' })
}

/** One page: at most `limit` rows of the `limit + 1` that were read, and the cursor after them if there are more. */
export function pageOf<Row>(rows: Row[], limit: number, keyOf: (row: Row) => readonly (string | number)[]) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
