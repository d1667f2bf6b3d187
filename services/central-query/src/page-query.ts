import { PARTS, partOf } from '@shelfwire/central'
import type { Reader } from '@shelfwire/mysql'
import knex, { type Knex } from 'knex'

/** Builds filtered, paged reads; it never connects, {@link readRows} runs what it builds. */
export const build = knex({ client: 'mysql2' })

/** The rows of a query that was built. */
export function readRows<Row>(reader: Reader, query: Knex.QueryBuilder): Promise<Row[]> {
  const { sql, bindings } = query.toSQL().toNative()
  return reader.rows<Row>(sql, [...bindings])
}

/**
 * Only rows behind `key` in the order of `columns`. Written out column by column, for MySQL finds a range of an
 * index in this form and reads from the start in the short one, `(a, b) > (?, ?)`.
 */
export function afterKey(
  query: Knex.QueryBuilder,
  columns: readonly string[],
  key: readonly (string | number)[] | undefined,
): Knex.QueryBuilder {
  if (key === undefined) return query
  return query.where((alternatives) => {
    for (const [index, column] of columns.entries()) {
      alternatives.orWhere((all) => {
        for (const [before, equal] of columns.slice(0, index).entries()) all.where(equal, key[before] ?? '')
        all.where(column, '>', key[index] ?? '')
      })
    }
  })
}

/**
 * A page that runs through the parts one after the other, or through the one of `store`, from where the last page ended.
 * Each part is read by itself: only behind an equal `part` are the rest of an index's columns in order.
 */
export async function pageOverParts<Row>(
  { store, after, limit }: { store: string | undefined; after: string | undefined; limit: number },
  readPart: (part: number, wish: { isFirst: boolean; room: number }) => Promise<Row[]>,
): Promise<Row[]> {
  const first = partOf(store ?? after ?? '')
  const begin = store === undefined && after === undefined ? 0 : first
  const end = store === undefined ? PARTS : first + 1
  const page: Row[] = []
  for (let part = begin; part < end && page.length < limit; part += 1)
    page.push(...(await readPart(part, { isFirst: part === begin, room: limit - page.length })))
  return page
}
