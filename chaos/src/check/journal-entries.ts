import type { Pool, RowDataPacket } from '@shelfwire/mysql'

/** A journal row as far as its request is concerned. */
export interface JournalEntry {
  epoch: number
  seq: number
  sku: string
  kind: string
  onHandDelta: number
  onHand: number
  requestId: string
  /** For an opening after a restore, which answers no till: when central had it, in ms since 1970. */
  standsSince?: number
}

/** An entry's columns, in a store's journal and in central's ledger. */
export const ENTRY_COLUMNS =
  'epoch, seq, sku, kind, on_hand_delta AS onHandDelta, on_hand AS onHand, request_id AS requestId'

/** Every entry of a run in one store, in order. */
export async function readRunEntries(store: Pool, runId: string): Promise<JournalEntry[]> {
  const [rows] = await store.query<RowDataPacket[]>(
    `SELECT ${ENTRY_COLUMNS} FROM journal WHERE request_id LIKE ? ORDER BY epoch, seq`,
    [`${runId}-%`],
  )
  return rows as JournalEntry[]
}
