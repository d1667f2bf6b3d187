/** The most rows one statement may carry; beyond it a sharded server refuses. */
export const MAX_ROWS_PER_STATEMENT = 10_000

/** Hands `rows` to `write` in slices that fit one statement each; no call for no rows. */
export async function inSlices<Row>(
  rows: readonly Row[],
  write: (slice: Row[]) => Promise<unknown>,
  size = MAX_ROWS_PER_STATEMENT,
): Promise<void> {
  for (let start = 0; start < rows.length; start += size) await write(rows.slice(start, start + size))
}
