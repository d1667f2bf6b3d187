import { isDeepStrictEqual } from 'node:util'
import type { Entry } from '@shelfwire/contracts'
import type { StoreJournal } from '../../store-state/follow-journal.ts'
import { createByStore } from '../by-store.ts'

/** The ledger of one batch in memory. */
export interface Ledger {
  /** An entry as the ledger has it, of those that the batch repeats. */
  load(entry: Entry): void
  applyEntry(entry: Entry): void
  /** Compares an entry that came again with what it was the first time. */
  applyRepeat(entry: Entry, store: StoreJournal): void
  /** Entries that are new to the ledger, store by store. */
  added(): Entry[]
}

interface StoreEntries {
  added: Entry[]
  /** What the ledger had, and the first `noted` entries of `added`, by epoch and seq. */
  byNumber: Map<string, Entry>
  noted: number
}

/** Takes entries one by one. */
export function createLedger(): Ledger {
  const stores = createByStore((): StoreEntries => ({ added: [], byNumber: new Map(), noted: 0 }))

  return {
    load: (entry) => void stores.of(entry.storeId).byNumber.set(numberOf(entry), entry),
    applyEntry: (entry) => void stores.of(entry.storeId).added.push(entry),
    applyRepeat(entry, store) {
      // An epoch that is over makes no store suspect.
      if (entry.epoch < store.cursor.epoch) return
      const first = firstOf(stores.of(entry.storeId), entry)
      if (first !== undefined && !isDeepStrictEqual(first, entry)) store.noteDivergence(entry)
    },
    added: () => stores.all().flatMap(({ added }) => added),
  }
}

/** Entries of this batch are numbered when a repeat asks for one, which is rare: a batch without repeats pays nothing. */
function firstOf(entries: StoreEntries, entry: Entry): Entry | undefined {
  const { added, byNumber } = entries
  for (const each of added.slice(entries.noted)) byNumber.set(numberOf(each), each)
  entries.noted = added.length
  return byNumber.get(numberOf(entry))
}

function numberOf({ epoch, seq }: Entry): string {
  return `${epoch}.${seq}`
}
