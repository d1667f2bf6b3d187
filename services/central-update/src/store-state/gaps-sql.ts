import {
  combine,
  datetimeOfUs,
  type Query,
  select,
  selectByKeys,
  type Transaction,
  usOfDatetime,
} from '@shelfwire/mysql'
import type { Hole, Holes } from './gaps.ts'

interface HoleRow {
  store_id: string
  epoch: number
  from_seq: number
  to_seq: number
  seen_at: string
  command_number: number
  asked_at: string | null
}

/** The holes of these stores, ascending; guarded by their cursors' locks. */
export function readHoles({
  part,
  storeIds,
}: {
  part: number
  storeIds: readonly string[]
}): Query<Map<string, Hole[]>> {
  const ofStores = selectByKeys(storeIds, (slice) =>
    select<HoleRow>(
      `SELECT store_id, epoch, from_seq, to_seq, seen_at, command_number, asked_at FROM holes
       WHERE part = ? AND store_id IN (?) ORDER BY store_id, epoch, from_seq`,
      [part, slice],
    ),
  )
  return combine([ofStores], ([rows]) => {
    const holes = new Map<string, Hole[]>(storeIds.map((storeId) => [storeId, []]))
    for (const row of rows) holes.get(row.store_id)?.push(holeOf(row))
    return holes
  })
}

/** Brings a store's rows from `before` to `after`, touching only those that differ. */
export async function saveHoles(
  trx: Transaction,
  { part, storeId, before, after }: { part: number; storeId: string; before: Holes; after: Holes },
): Promise<void> {
  const kept = new Set(after)
  const known = new Set(before)
  for (const hole of before) {
    if (kept.has(hole)) continue
    await trx.run('DELETE FROM holes WHERE part = ? AND store_id = ? AND epoch = ? AND from_seq = ?', [
      part,
      storeId,
      hole.epoch,
      hole.fromSeq,
    ])
  }
  const fresh = after.filter((hole) => !known.has(hole))
  if (fresh.length === 0) return
  await trx.run(
    'INSERT INTO holes (part, store_id, epoch, from_seq, to_seq, seen_at, command_number, asked_at) VALUES ?',
    [
      fresh.map((hole) => [
        part,
        storeId,
        hole.epoch,
        hole.fromSeq,
        hole.toSeq,
        datetimeOfUs(hole.seenAtUs),
        hole.commandNumber,
        hole.askedAtUs === null ? null : datetimeOfUs(hole.askedAtUs),
      ]),
    ],
  )
}

function holeOf(row: HoleRow): Hole {
  return {
    epoch: row.epoch,
    fromSeq: row.from_seq,
    toSeq: row.to_seq,
    seenAtUs: usOfDatetime(row.seen_at),
    commandNumber: row.command_number,
    askedAtUs: row.asked_at === null ? null : usOfDatetime(row.asked_at),
  }
}
