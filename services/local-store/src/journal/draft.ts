import type { Entry, EntryKind } from '@shelfwire/contracts'
import { foldSku, type StockRow } from '../stock/level.ts'
import { type Books, type Head, type OwnWrite, rowLike, rowOf } from './books.ts'
import { happenedAtUs } from './happened-at.ts'

/**
 * What one request changes in the books. It takes effect at once, so that each line of a request meets the effects of
 * the lines before it, and is then kept or discarded as a whole.
 */
export interface Draft {
  readonly books: Books
  /** How each row of the stock was before each change, oldest first. */
  readonly before: RowBefore[]
  /** Where the draft began. */
  readonly start: Place
  /** What {@link discardDraft} goes back to. */
  kept: Place
}

interface RowBefore {
  sku: string
  row: StockRow | null
  /** Whether this is the first change of the row in the transaction. */
  isFirst: boolean
}

interface Place {
  head: Head
  entries: number
  changes: number
  ownWrites: number
  lastWrites: number
}

/** Who made an entry and why. */
export interface Origin {
  caller: string
  requestId: string
  reference: string | null
  reason: string | null
  occurredAtUs: number
}

/** One thing that happened to one SKU. Each has its own origin: an expiry found during a sale isn't the till's. */
export interface Fact {
  sku: string
  kind: EntryKind
  onHandDelta: number
  /** 0 by default. */
  heldDelta?: number
  /** The hold that it is about; null by default. */
  holdId?: string | null
  origin: Origin
}

export function openDraft(books: Books): Draft {
  const start = placeOf(books, [])
  return { books, before: [], start, kept: start }
}

/** What was drafted so far stays, also if the rest is discarded: an expiry that a refused sale came upon. */
export function keepSoFar(draft: Draft): void {
  draft.kept = placeOf(draft.books, draft.before)
}

/** Takes back what was drafted since the last {@link keepSoFar}, or all of it. */
export function discardDraft(draft: Draft): void {
  goBackTo(draft, draft.kept)
}

/** Takes back all of the draft, what was to be kept included: the request is decided again from the beginning. */
export function restartDraft(draft: Draft): void {
  goBackTo(draft, draft.start)
  draft.kept = draft.start
}

function placeOf({ head, entries, ownWrites, lastWrites }: Books, before: readonly RowBefore[]): Place {
  return {
    head: { ...head },
    entries: entries.length,
    changes: before.length,
    ownWrites: ownWrites.length,
    lastWrites: lastWrites.length,
  }
}

function goBackTo({ books, before }: Draft, place: Place): void {
  Object.assign(books.head, place.head)
  books.entries.length = place.entries
  books.ownWrites.length = place.ownWrites
  books.lastWrites.length = place.lastWrites
  for (const { sku, row, isFirst } of before.splice(place.changes).reverse()) {
    books.stock.set(foldSku(sku), row)
    if (isFirst) books.changed.delete(sku)
  }
}

/** Makes the row of a SKU that the store hasn't had. Throws when it has one, or one that differs only in case. */
export function createSku(draft: Draft, sku: string): void {
  const existing = rowLike(draft.books, sku)
  if (existing !== undefined) throw new Error(`${sku} can't be created: the store has ${existing.sku}`)
  const never = { lastRestockedAtUs: null, countedAtUs: null, lateSeq: null }
  const { epoch } = draft.books.head
  putRow(draft, null, { sku, onHand: 0, held: 0, epoch, seq: 0, ...never, updatedAtUs: 0 })
}

/**
 * Gives the fact the next number and updates its SKU's row, which must be there, and the head. A SKU's first entry in an
 * epoch that is being opened is its `opening`, whichever request comes first.
 */
export function recordFact(draft: Draft, fact: Fact): Entry {
  openSku(draft, fact.sku)
  const { books } = draft
  const before = rowOf(books, fact.sku)
  if (before === undefined) throw new Error(`${fact.sku} has no row that a ${fact.kind} could change`)
  const seq = takeSeq(books)
  const after = changedRow(before, fact, { books, seq })
  putRow(draft, before, after)
  return append(books, { fact, seq, onHand: after.onHand, held: after.held })
}

/**
 * Records the level that a SKU has as its `opening`, once in each epoch, so that the sum of deltas is the level in every
 * epoch by itself (I1). A SKU that had no level in an earlier epoch needs none.
 */
export function openSku(draft: Draft, sku: string): void {
  const { books } = draft
  const { head } = books
  if (head.openingReason === null) return
  const before = rowOf(books, sku)
  if (before === undefined || before.epoch === head.epoch) return
  const seq = takeSeq(books)
  putRow(draft, before, { ...before, epoch: head.epoch, seq })
  const { onHand, held } = before
  const fact: Fact = {
    sku,
    kind: 'opening',
    onHandDelta: onHand,
    heldDelta: held,
    origin: openingOrigin(books),
  }
  append(books, { fact, seq, onHand, held })
}

/** The caller in entries that open an epoch; no HTTP caller can have this name. */
const OPENING_CALLER = 'store:open-epoch'

/** The origin of all entries that open an epoch. */
export function openingOrigin({ head, recordedAtUs }: Books): Origin {
  return {
    caller: OPENING_CALLER,
    requestId: `epoch-${head.epoch}`,
    reference: null,
    reason: head.openingReason,
    occurredAtUs: recordedAtUs,
  }
}

/** Records an entry that is about no SKU. */
export function recordNote({ books }: Draft, kind: 'command_refused' | 'opened', origin: Origin): Entry {
  const seq = takeSeq(books)
  return append(books, { fact: { sku: null, kind, onHandDelta: 0, origin }, seq, onHand: 0, held: 0 })
}

/** Adds a write to an operation's own table: it runs behind the journal, the stock and the head. */
export function writeOwn({ books }: Draft, write: OwnWrite): void {
  books.ownWrites.push(write)
}

/** The same, behind all other writes of the transaction: for a row that vouches for them. */
export function writeLast({ books }: Draft, write: OwnWrite): void {
  books.lastWrites.push(write)
}

function putRow({ books, before }: Draft, row: StockRow | null, after: StockRow): void {
  const { sku } = after
  const isFirst = !books.changed.has(sku)
  before.push({ sku, row, isFirst })
  if (isFirst) books.changed.set(sku, row)
  books.stock.set(foldSku(sku), after)
}

function takeSeq({ head }: Books): number {
  const seq = head.nextSeq
  head.nextSeq += 1
  return seq
}

interface Numbered {
  fact: Omit<Fact, 'sku'> & { sku: string | null }
  seq: number
  onHand: number
  held: number
}

// One literal, field by field: this runs for every line of every sale, and each spread would copy the entry once more.
function append({ head, entries, recordedAtUs }: Books, { fact, seq, onHand, held }: Numbered): Entry {
  const { origin } = fact
  const entry: Entry = {
    epoch: head.epoch,
    seq,
    storeId: head.storeId,
    sku: fact.sku,
    kind: fact.kind,
    onHandDelta: fact.onHandDelta,
    heldDelta: fact.heldDelta ?? 0,
    onHand,
    held,
    holdId: fact.holdId ?? null,
    caller: origin.caller,
    requestId: origin.requestId,
    reference: origin.reference,
    reason: origin.reason,
    occurredAtUs: origin.occurredAtUs,
    recordedAtUs,
  }
  entries.push(entry)
  return entry
}

function changedRow(
  row: StockRow,
  { kind, onHandDelta, heldDelta = 0, origin: { occurredAtUs } }: Fact,
  { books: { head, recordedAtUs }, seq }: { books: Books; seq: number },
): StockRow {
  const changed: StockRow = {
    ...row,
    onHand: row.onHand + onHandDelta,
    held: row.held + heldDelta,
    epoch: head.epoch,
    seq,
    updatedAtUs: recordedAtUs,
  }
  const happenedUs = happenedAtUs({ occurredAtUs, recordedAtUs })
  if (kind === 'receipt') changed.lastRestockedAtUs = Math.max(row.lastRestockedAtUs ?? 0, happenedUs)
  if (kind === 'count') return { ...changed, countedAtUs: happenedUs, lateSeq: null }
  // The count's observer may have looked before or after it, so the SKU is to be counted again. Entries that move no
  // units of the shelf don't matter to a count, and a discrepancy only goes ahead of the entry that does.
  const isLate = row.countedAtUs !== null && happenedUs <= row.countedAtUs
  if (isLate && onHandDelta !== 0 && kind !== 'discrepancy') changed.lateSeq = row.lateSeq ?? seq
  return changed
}
