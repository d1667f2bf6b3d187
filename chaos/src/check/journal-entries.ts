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
}

/** Every entry of a run in one store, in order. */
export async function readRunEntries(store: Pool, runId: string): Promise<JournalEntry[]> {
  const [rows] = await store.query<RowDataPacket[]>(
    `SELECT epoch, seq, sku, kind, on_hand_delta AS onHandDelta, on_hand AS onHand, request_id AS requestId
       FROM journal WHERE request_id LIKE ? ORDER BY epoch, seq`,
    [`${runId}-%`],
  )
  return rows as JournalEntry[]
}
