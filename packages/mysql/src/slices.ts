import { combine, type Query } from './query.ts'
import type { Transaction } from './transaction.ts'

/** The most rows one statement may carry; beyond it a sharded server refuses. */
export const MAX_ROWS_PER_STATEMENT = 10_000

/**
 * The most keys in one IN list. From 1,000 on, MariaDB turns the list into a join and reads the whole table (859 ms
 * instead of 16 for 2,000 keys of 20,000 rows); MySQL's range optimizer gives up at some 10,000 keys of three columns.
 */
export const MAX_KEYS_PER_LIST = 900

/** `rows` in slices that fit one statement each; none of no rows. */
export function* slicesOf<Row>(rows: readonly Row[], size = MAX_ROWS_PER_STATEMENT): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Hands `rows` to `write` in such slices, one after the other. */
export async function inSlices<Row>(
  rows: readonly Row[],
  write: (slice: Row[]) => Promise<unknown>,
  size = MAX_ROWS_PER_STATEMENT,
): Promise<void> {
  for (const slice of slicesOf(rows, size)) await write(slice)
}

/** The rows that `select` asks for by each slice of `keys` that fits one IN list, in the order of the slices. */
export function selectByKeys<Key, Row>(
  keys: readonly Key[],
  select: (slice: Key[]) => Query<Row[]>,
): Query<Row[]> {
  return combine([...slicesOf(keys, MAX_KEYS_PER_LIST)].map(select), (slices) => slices.flat())
}

/**
 * Runs `sql`, whose one value is a list of rows, for each slice of `rows`; the last, which mostly is the only one, goes
 * with the transaction's next call.
 */
export async function writeInSlices(
  trx: Transaction,
  sql: string,
  { rows, size }: { rows: readonly unknown[]; size: number },
): Promise<void> {
  const slices = [...slicesOf(rows, size)]
  const last = slices.pop()
  for (const slice of slices) await trx.run(sql, [slice])
  if (last !== undefined) trx.later(sql, [last])
}
