import type { Beat, Entry } from '@shelfwire/contracts'

/** What a record says, or why nobody can tell. */
export type Content =
  | { type: 'entry'; storeId: string; connector: string; entry: Entry }
  | {
      type: 'beat'
      storeId: string
      connector: string
      beat: Beat
      /** Read by a connector's snapshot, which has read the journal before: it may be older than entries ahead of it. */
      isSnapshot: boolean
    }
  | {
      type: 'broken'
      /** The store that its key names; null when that is no store id. */
      storeId: string | null
      reason: string
    }

/** One record of the journal topic, with the place that identifies it when it has to be parked. */
export interface JournalRecord {
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
  content: Content
  /** When the store's database committed it, by that database's clock; null when unknown. */
  commitMs: number | null
}

/** The same record as one that can't be applied. */
export function broken(record: JournalRecord, reason: string): JournalRecord {
  return { ...record, content: { type: 'broken', storeId: record.content.storeId, reason } }
}
