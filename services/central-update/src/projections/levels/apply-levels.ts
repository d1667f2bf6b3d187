import { type Beat, type Entry, replaceLevel } from '@shelfwire/contracts'
import type { StoreJournal } from '../../store-state/follow-journal.ts'
import { createByStore } from '../by-store.ts'
import type { StockRow } from './stock-row.ts'

/** Levels of one batch in memory: what was read of them, and what has become of that. */
export interface Levels {
  /** Rows as they were read. */
  load(rows: readonly StockRow[]): void
  applyEntry(entry: Entry, store: StoreJournal): void
  applyBeat(beat: Beat, store: StoreJournal, isWhole: boolean): void
  /** Brings the checksum of each store up to date. */
  conclude(stores: readonly StoreJournal[]): void
  /** Levels that changed, apart by whether a row of theirs was read. */
  changed(): { known: StockRow[]; unknown: StockRow[] }
}

interface StoreLevels {
  /** Rows as they were read, by SKU; of all SKUs when the batch has an `opened`. */
  before: Map<string, StockRow>
  now: Map<string, StockRow>
  changed: Set<string>
  /** By SKU, the row that the checksum counts; only of levels that changed since it was last brought up to date. */
  unsummed: Map<string, StockRow | undefined>
}

/** Applies entries to levels one by one. Levels in an entry are absolute, so only its number decides which one counts. */
export function createLevels(): Levels {
  const stores = createByStore((): StoreLevels => {
    return { before: new Map(), now: new Map(), changed: new Set(), unsummed: new Map() }
  })

  return {
    load(rows) {
      for (const row of rows) {
        const { before, now } = stores.of(row.storeId)
        before.set(row.sku, row)
        now.set(row.sku, row)
      }
    },
    applyEntry(entry, store) {
      const levels = stores.of(entry.storeId)
      if (entry.sku !== null) takeLevel(levels, entry, entry.sku)
      if (entry.kind === 'opened') emptyUnnamed(levels, entry, store.cursor.epoch)
    },
    applyBeat(beat, store, isWhole) {
      if (!isWhole) return
      sumUp(stores.of(beat.storeId), store)
      store.compareChecksum(beat)
    },
    conclude(journals) {
      for (const store of journals) sumUp(stores.of(store.cursor.storeId), store)
    },
    changed() {
      const known: StockRow[] = []
      const unknown: StockRow[] = []
      for (const { before, now, changed } of stores.all()) {
        for (const sku of changed) {
          const row = now.get(sku)
          if (row !== undefined) (before.has(sku) ? known : unknown).push(row)
        }
      }
      return { known, unknown }
    },
  }
}

function takeLevel(levels: StoreLevels, entry: Entry, sku: string): void {
  const row = levels.now.get(sku)
  // An entry that fills a gap must not undo what newer ones said.
  if (row !== undefined && !isNewer(entry, row)) return
  const { storeId, onHand, held, epoch, seq, recordedAtUs } = entry
  setLevel(levels, { storeId, sku, onHand, held, epoch, seq, updatedAtUs: recordedAtUs })
}

/** SKUs that the new epoch didn't name are gone. At seq 0, so that an `opening` that comes late still counts. */
function emptyUnnamed(levels: StoreLevels, { recordedAtUs }: Entry, epoch: number): void {
  for (const row of levels.now.values()) {
    if (row.epoch >= epoch || (row.onHand === 0 && row.held === 0)) continue
    setLevel(levels, { ...row, onHand: 0, held: 0, epoch, seq: 0, updatedAtUs: recordedAtUs })
  }
}

function setLevel({ now, changed, unsummed }: StoreLevels, row: StockRow): void {
  const { sku } = row
  if (!unsummed.has(sku)) unsummed.set(sku, now.get(sku))
  now.set(sku, row)
  changed.add(sku)
}

/** A level that changed often since the last beat counts once. */
function sumUp({ now, unsummed }: StoreLevels, { cursor }: StoreJournal): void {
  let { checksum } = cursor
  for (const [sku, before] of unsummed) {
    const after = now.get(sku)
    if (after !== undefined) checksum = replaceLevel(checksum, before, after)
  }
  cursor.checksum = checksum
  unsummed.clear()
}

function isNewer(entry: Entry, row: StockRow): boolean {
  return entry.epoch > row.epoch || (entry.epoch === row.epoch && entry.seq > row.seq)
}
