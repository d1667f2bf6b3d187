import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import { combine, type Query, select, selectByKeys, type Transaction } from '@shelfwire/mysql'
import type { Gap, Gaps } from './gaps.ts'

interface GapRow {
  store_id: string
  epoch: number
  from_seq: number
  to_seq: number
  seen_at: string
  command_number: number
  asked_at: string | null
}

/** The gaps of these stores, ascending; guarded by their cursors' locks. */
export function readGaps({
  part,
  storeIds,
}: {
  part: number
  storeIds: readonly string[]
}): Query<Map<string, Gap[]>> {
  const ofStores = selectByKeys(storeIds, (slice) =>
    select<GapRow>(
      `SELECT store_id, epoch, from_seq, to_seq, seen_at, command_number, asked_at FROM gaps
       WHERE part = ? AND store_id IN (?) ORDER BY store_id, epoch, from_seq`,
      [part, slice],
    ),
  )
  return combine([ofStores], ([rows]) => {
    const gaps = new Map<string, Gap[]>(storeIds.map((storeId) => [storeId, []]))
    for (const row of rows) gaps.get(row.store_id)?.push(gapOf(row))
    return gaps
  })
}

/** Brings a store's rows from `before` to `after`, touching only those that differ. */
export async function saveGaps(
  trx: Transaction,
  { part, storeId, before, after }: { part: number; storeId: string; before: Gaps; after: Gaps },
): Promise<void> {
  const kept = new Set(after)
  const known = new Set(before)
  for (const gap of before) {
    if (kept.has(gap)) continue
    await trx.run('DELETE FROM gaps WHERE part = ? AND store_id = ? AND epoch = ? AND from_seq = ?', [
      part,
      storeId,
      gap.epoch,
      gap.fromSeq,
    ])
  }
  const fresh = after.filter((gap) => !known.has(gap))
  if (fresh.length === 0) return
  await trx.run(
    'INSERT INTO gaps (part, store_id, epoch, from_seq, to_seq, seen_at, command_number, asked_at) VALUES ?',
    [
      fresh.map((gap) => [
        part,
        storeId,
        gap.epoch,
        gap.fromSeq,
        gap.toSeq,
        datetimeOfUs(gap.seenAtUs),
        gap.commandNumber,
        gap.askedAtUs === null ? null : datetimeOfUs(gap.askedAtUs),
      ]),
    ],
  )
}

function gapOf(row: GapRow): Gap {
  return {
    epoch: row.epoch,
    fromSeq: row.from_seq,
    toSeq: row.to_seq,
    seenAtUs: usOfDatetime(row.seen_at),
    commandNumber: row.command_number,
    askedAtUs: row.asked_at === null ? null : usOfDatetime(row.asked_at),
  }
}
