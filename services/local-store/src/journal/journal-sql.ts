import type { Entry, EntryKind } from '@shelfwire/contracts'
import { datetimeOfUs, inSlices, type Transaction, usOfDatetime } from '@shelfwire/mysql'

export const ENTRY_COLUMNS =
  'epoch, seq, store_id, sku, kind, on_hand_delta, held_delta, on_hand, held, hold_id, caller, request_id, ' +
  'reference, reason, occurred_at, recorded_at'

/** A row of `journal` as the driver reads it. */
export interface EntryRow {
  epoch: number
  seq: number
  store_id: string
  sku: string | null
  kind: EntryKind
  on_hand_delta: number
  held_delta: number
  on_hand: number
  held: number
  hold_id: string | null
  caller: string
  request_id: string
  reference: string | null
  reason: string | null
  occurred_at: string
  recorded_at: string
}

export async function appendEntries(trx: Transaction, entries: readonly Entry[]): Promise<void> {
  await inSlices(entries.map(valuesOf), (rows) =>
    trx.run(`INSERT INTO journal (${ENTRY_COLUMNS}) VALUES ?`, [rows]),
  )
}

function valuesOf(entry: Entry): unknown[] {
  return [
    entry.epoch,
    entry.seq,
    entry.storeId,
    entry.sku,
    entry.kind,
    entry.onHandDelta,
    entry.heldDelta,
    entry.onHand,
    entry.held,
    entry.holdId,
    entry.caller,
    entry.requestId,
    entry.reference,
    entry.reason,
    datetimeOfUs(entry.occurredAtUs),
    datetimeOfUs(entry.recordedAtUs),
  ]
}

/** By SKU: the sum of what happened to it after `afterUs`, as far as it is recorded, in whatever epoch. */
export async function sumChangesSince(
  trx: Transaction,
  { skus, afterUs }: { skus: readonly string[]; afterUs: number },
): Promise<Map<string, number>> {
  const rows = await trx.rows<{ sku: string; delta: string | number }>(
    // An `opening` says what the level is; it doesn't change it, and what was sold before it was sold all the same.
    `SELECT sku, SUM(on_hand_delta) AS delta FROM journal
     WHERE sku IN (?) AND occurred_at > ? AND kind <> 'opening' GROUP BY sku`,
    [skus, datetimeOfUs(afterUs)],
  )
  return new Map(rows.map(({ sku, delta }) => [sku, Number(delta)]))
}

export function entryOfRow(row: EntryRow): Entry {
  return {
    epoch: row.epoch,
    seq: row.seq,
    storeId: row.store_id,
    sku: row.sku,
    kind: row.kind,
    onHandDelta: row.on_hand_delta,
    heldDelta: row.held_delta,
    onHand: row.on_hand,
    held: row.held,
    holdId: row.hold_id,
    caller: row.caller,
    requestId: row.request_id,
    reference: row.reference,
    reason: row.reason,
    occurredAtUs: usOfDatetime(row.occurred_at),
    recordedAtUs: usOfDatetime(row.recorded_at),
  }
}
