import type { FeedChanges } from '@shelfwire/central'
import type { Beat, Entry } from '@shelfwire/contracts'
import type { Query, Transaction } from '@shelfwire/mysql'
import type { StoreJournal } from '../store-state/follow-journal.ts'

/**
 * What central makes of the stores' journals in one respect: the levels, the ledger, the daily sums. The composition
 * root lists them; the order of the list is the order in which they lock, apply and write.
 */
export interface Projection {
  /**
   * Whether a batch with this entry is cut to live size, because others wait for what it changes. Left out: no entry is
   * urgent.
   */
  isUrgent?(entry: Entry): boolean
  /**
   * Locks and reads what the entries may change. It goes with the locks of the cursors in one message, behind them; some
   * of the entries may then turn out to be repeats. The answer applies one batch, and is thrown away with it.
   */
  read(scope: BatchScope): Query<ProjectionBatch>
}

/** What is known of a batch before anything is read. */
export interface BatchScope {
  part: number
  /** In the order of each partition. */
  entries: readonly Entry[]
}

/** One projection's part of one batch. Everything between reading and writing is decided in memory. */
export interface ProjectionBatch {
  /**
   * Reads what could not be read in the first message, behind the cursors' locks: what the levels need of a store that
   * opens an epoch, or what the ledger has of entries that came again. Most batches need nothing.
   */
  readMore?(trx: Transaction, more: { repeats: readonly Entry[] }): Promise<void>
  /** Applies an entry that central has now for the first time; it may fill a gap, behind newer ones. */
  applyEntry(entry: Entry, store: StoreJournal): void
  /** An entry that central had before: it must change nothing but may be compared. */
  applyRepeat?(entry: Entry, store: StoreJournal): void
  /** A beat; `isWhole` when every entry of the store's journal up to it is applied. */
  applyBeat?(beat: Beat, store: StoreJournal, isWhole: boolean): void
  /** All records are applied: the only stage that sees all stores of the batch at once. */
  conclude?(stores: readonly StoreJournal[]): void
  write(trx: Transaction, context: WriteContext): Promise<void>
  /** What the readers of the feed must know of. It is asked for after `write`. */
  feed?(): FeedChanges
}

export interface WriteContext {
  part: number
  nowUs: number
}
