import type { Beat, Entry } from '@shelfwire/contracts'

/** What a record says, or why it can't be read. */
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
      /** The store that is to blame: the one its key names, until its connector shows another; null when none is known. */
      storeId: string | null
      /** Null when it can't be decoded. */
      connector: string | null
      reason: string
      /** Whether it came under a registered store's name, or by a registered store's connector, that isn't its own. */
      isForeign: boolean
    }
  | {
      /** A beat from a connector that isn't the one of the store it names: it is no fact, so nothing is lost with it. */
      type: 'unclaimed_beat'
      storeId: null
      connector: string
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
export function asBroken(record: JournalRecord, reason: string): JournalRecord {
  const { storeId, connector } = record.content
  return { ...record, content: { type: 'broken', storeId, connector, reason, isForeign: false } }
}
