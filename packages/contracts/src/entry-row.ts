import type { Entry } from './entry.ts'
import { datetimeOfUs, usOfDatetime } from './times.ts'

/** The columns of an entry: in a store's `journal` and `replays`, and in central's ledger. */
export const ENTRY_COLUMNS = [
  ...['epoch', 'seq', 'store_id', 'sku', 'kind', 'on_hand_delta', 'held_delta', 'on_hand', 'held'],
  ...['hold_id', 'caller', 'request_id', 'reference', 'reason', 'occurred_at', 'recorded_at'],
] as const

/** Such a row as the driver reads it. */
export interface EntryRow {
  epoch: number
  seq: number
  store_id: string
  sku: string | null
  kind: Entry['kind']
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

/** An entry's values in the order of {@link ENTRY_COLUMNS}. */
export function valuesOfEntry(entry: Entry): (string | number | null)[] {
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

/** The entry that a row holds. */
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
