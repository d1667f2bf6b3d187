import { type Checksum, type Entry, type EntryKind, replaceLevel } from '@shelfwire/contracts'
import { foldSku, type StockRow } from '../stock/level.ts'
import { happenedAtUs } from './happened-at.ts'

/** The one row that orders the store. */
export interface Head {
  storeId: string
  epoch: number
  nextSeq: number
  /** The era of {@link Head.commandsDone}. */
  era: number
  commandsDone: number
  checksum: Checksum
  /** The newest time of the clock by which lifetimes are counted; null before the first transaction. */
  steadyAtUs: number | null
  /** Why the epoch is being opened, for people; null once its `opened` is written. */
  openingReason: string | null
  /** Central needs no entry of an epoch below this one any more. */
  coveredEpoch: number
}

/** The store inside one lane transaction: what was read under the lock, and what will be written. */
export interface Books {
  head: Head
  /** By folded SKU: every row that this transaction may meet. */
  stock: Map<string, StockRow>
  /** New entries, in the order of their numbers. */
  entries: Entry[]
  /** By SKU: how the rows that have changed were found; undefined where there was none. */
  changed: Map<string, StockRow | undefined>
  /** When this transaction records, see `recordingTimeUs`. */
  nowUs: number
}

/** What all entries of one request share. */
export interface Origin {
  caller: string
  requestId: string
  reference: string | null
  reason: string | null
  occurredAtUs: number
}

/** One thing that happened to one SKU. */
export interface Fact {
  sku: string
  kind: EntryKind
  onHandDelta: number
}

export function openBooks(head: Head, rows: readonly StockRow[], nowUs: number): Books {
  const stock = new Map(rows.map((row) => [foldSku(row.sku), row]))
  return { head, stock, entries: [], changed: new Map(), nowUs }
}

/** Adds rows that were read later; what this transaction has of them already is newer. */
export function addRows(books: Books, rows: readonly StockRow[]): void {
  for (const row of rows) if (rowOf(books, row.sku) === undefined) books.stock.set(foldSku(row.sku), row)
}

/** The row of exactly this SKU. */
export function rowOf(books: Books, sku: string): StockRow | undefined {
  const row = books.stock.get(foldSku(sku))
  return row?.sku === sku ? row : undefined
}

/**
 * Gives the fact the next number and brings level and head along; the checksum follows in {@link closeBooks}. A SKU's
 * first entry in an epoch that is being opened is its `opening`, whoever comes first.
 */
export function recordFact(books: Books, fact: Fact, origin: Origin): Entry {
  openSku(books, fact.sku)
  const { head, nowUs } = books
  const before = rowOf(books, fact.sku)
  const seq = head.nextSeq
  const after = changedRow(before ?? newRow(fact.sku), fact, origin, { epoch: head.epoch, seq, nowUs })
  head.nextSeq += 1
  books.stock.set(foldSku(fact.sku), after)
  if (!books.changed.has(fact.sku)) books.changed.set(fact.sku, before)
  return append(books, { ...fact, onHand: after.onHand, held: after.held, seq }, origin)
}

/**
 * Brings a SKU from nothing to its level, once in each epoch, so that the sum of deltas is the level in every epoch by
 * itself (I1). A SKU that has stood at no level before needs none.
 */
export function openSku(books: Books, sku: string): void {
  const { head } = books
  const before = rowOf(books, sku)
  if (head.openingReason === null || before === undefined || before.epoch === head.epoch) return
  const seq = head.nextSeq
  head.nextSeq += 1
  books.stock.set(foldSku(sku), { ...before, epoch: head.epoch, seq })
  if (!books.changed.has(sku)) books.changed.set(sku, before)
  const { onHand, held } = before
  const opening = { sku, kind: 'opening', onHandDelta: onHand, heldDelta: held, onHand, held, seq } as const
  append(books, opening, openingOrigin(books))
}

/** Who is named in entries that open an epoch; no HTTP caller can be called that. */
const OPENING_CALLER = 'store:open-epoch'

/** What the entries that open an epoch share. */
export function openingOrigin({ head, nowUs }: Books): Origin {
  const requestId = `epoch-${head.epoch}`
  return {
    caller: OPENING_CALLER,
    requestId,
    reference: null,
    reason: head.openingReason,
    occurredAtUs: nowUs,
  }
}

/** An entry that is about no SKU. */
export function recordNote(books: Books, kind: 'command_refused' | 'opened', origin: Origin): Entry {
  const seq = books.head.nextSeq
  books.head.nextSeq += 1
  return append(books, { sku: null, kind, onHandDelta: 0, onHand: 0, held: 0, seq }, origin)
}

/**
 * Brings the head's checksum along with all that changed, and returns the rows to write. At the end, for of a SKU that sold a
 * hundred times only the first and the last level are hashed.
 */
export function closeBooks(books: Books): StockRow[] {
  const { head, changed } = books
  const rows: StockRow[] = []
  for (const [sku, before] of changed) {
    const after = rowOf(books, sku)
    if (after === undefined) throw new Error(`${sku} changed and has no row`)
    head.checksum = replaceLevel(head.checksum, before, after)
    rows.push(after)
  }
  changed.clear()
  return rows
}

type Numbered = Pick<Entry, 'sku' | 'kind' | 'onHandDelta' | 'onHand' | 'held' | 'seq'> &
  Partial<Pick<Entry, 'heldDelta'>>

function append(books: Books, numbered: Numbered, origin: Origin): Entry {
  const { epoch, storeId } = books.head
  const entry: Entry = {
    epoch,
    storeId,
    heldDelta: 0,
    ...numbered,
    holdId: null,
    ...origin,
    recordedAtUs: books.nowUs,
  }
  books.entries.push(entry)
  return entry
}

function newRow(sku: string): StockRow {
  const never = { lastRestockedAtUs: null, countedAtUs: null, lateSeq: null }
  return { sku, onHand: 0, held: 0, epoch: 0, seq: 0, ...never, updatedAtUs: 0 }
}

function changedRow(
  row: StockRow,
  { kind, onHandDelta }: Fact,
  { occurredAtUs }: Origin,
  { epoch, seq, nowUs }: { epoch: number; seq: number; nowUs: number },
): StockRow {
  const changed: StockRow = { ...row, onHand: row.onHand + onHandDelta, epoch, seq, updatedAtUs: nowUs }
  const happenedUs = happenedAtUs({ occurredAtUs, recordedAtUs: nowUs })
  if (kind === 'receipt') changed.lastRestockedAtUs = Math.max(row.lastRestockedAtUs ?? 0, happenedUs)
  if (kind === 'count') return { ...changed, countedAtUs: happenedUs, lateSeq: null }
  // The count can't have known of it, and nobody can tell whether its observer saw the shelf before or after.
  const late = row.countedAtUs !== null && happenedUs <= row.countedAtUs
  if (late && kind !== 'discrepancy') changed.lateSeq = row.lateSeq ?? seq
  return changed
}
