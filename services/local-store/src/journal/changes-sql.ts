import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import { MAX_KEYS_PER_LIST, type Reader, slicesOf } from '@shelfwire/mysql'
import type { Position } from './books.ts'

/** Some SKUs, and when they were counted. */
export interface Look {
  skus: readonly string[]
  lookedAtUs: number
}

/** What an entry did to its SKU, and by which of its times that counts. */
export interface Change extends Position {
  sku: string
  onHandDelta: number
  occurredAtUs: number
  recordedAtUs: number
}

interface ChangeRow {
  epoch: number
  seq: number
  sku: string
  on_hand_delta: number
  occurred_at: string
  recorded_at: string
}

/** Sums in one statement. The server opens the table once for each. */
const SUMS_PER_STATEMENT = 50

// An entry counts as happened at the earlier of its two times, so it happened after the look if both are later. An
// `opening` says what the level is; it doesn't change it. Forced: MySQL otherwise reads all the journal by its primary
// key, for the sake of the position.
const SUM = `SELECT ? AS look, sku, SUM(on_hand_delta) AS delta
  FROM journal FORCE INDEX (journal_by_sku_and_times)
  WHERE sku IN (?) AND recorded_at > ? AND occurred_at > ? AND kind <> 'opening'
    AND (epoch < ? OR (epoch = ? AND seq <= ?))
  GROUP BY sku`

/**
 * For each look, by SKU: the sum of what happened after it, as far as it is recorded up to and including `upTo`, in
 * whatever epoch. Each SKU and look costs the server what is recorded since (some 1 µs an entry).
 */
export async function sumChangesSince(
  reader: Reader,
  looks: readonly Look[],
  { epoch, seq }: Position,
): Promise<Map<string, number>[]> {
  const sums = looks.flatMap(({ skus, lookedAtUs }, look) => {
    const time = datetimeOfUs(lookedAtUs)
    return [...slicesOf(skus, MAX_KEYS_PER_LIST)].map((slice) => [look, slice, time, time, epoch, epoch, seq])
  })
  const found = looks.map(() => new Map<string, number>())
  for (const slice of slicesOf(sums, SUMS_PER_STATEMENT)) {
    const rows = await reader.rows<{ look: number; sku: string; delta: string | number }>(
      slice.map(() => SUM).join(' UNION ALL '),
      slice.flat(),
    )
    for (const { look, sku, delta } of rows) found[look]?.set(sku, Number(delta))
  }
  return found
}

/** What entries behind `above` did to these SKUs. The server reads whichever is less: those entries, or those SKUs. */
export async function readChangesAbove(
  reader: Reader,
  { above, skus }: { above: Position; skus: readonly string[] },
): Promise<Change[]> {
  const lists = [...slicesOf(skus, MAX_KEYS_PER_LIST)]
  const rows = await reader.rows<ChangeRow>(
    `SELECT epoch, seq, sku, on_hand_delta, occurred_at, recorded_at FROM journal
     WHERE (epoch > ? OR (epoch = ? AND seq > ?)) AND (${lists.map(() => 'sku IN (?)').join(' OR ')})
       AND kind <> 'opening'`,
    [above.epoch, above.epoch, above.seq, ...lists],
  )
  return rows.map((row) => ({
    ...{ epoch: row.epoch, seq: row.seq, sku: row.sku, onHandDelta: row.on_hand_delta },
    occurredAtUs: usOfDatetime(row.occurred_at),
    recordedAtUs: usOfDatetime(row.recorded_at),
  }))
}
