import { type Checksum, type Entry, replaceLevel } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { type ChangedRows, foldSku, type StockRow } from '../stock/level.ts'

/** The row of `head`: its lock orders all writes of the store. */
export interface Head {
  storeId: string
  epoch: number
  nextSeq: number
  /** The era of {@link Head.commandsDone}. */
  era: number
  commandsDone: number
  checksum: Checksum
  /** The newest time of the steady clock, in µs; null before the first transaction. */
  steadyAtUs: number | null
  /** The reason given for the epoch that is being opened; null once its `opened` entry is written. */
  openingReason: string | null
  /** Central needs no entry of an epoch below this one. */
  coveredEpoch: number
}

/** Writes rows of an operation's own table, when the head is as it will be saved. */
export type OwnWrite = (trx: Transaction, head: Head) => void | Promise<void>

/** The store inside one lane transaction: what was read under the head's lock, and what will be written. */
export interface Books {
  head: Head
  /** By folded SKU: the row of each SKU that was loaded, null where the store has none. */
  stock: Map<string, StockRow | null>
  /** New entries, in the order of their numbers. */
  entries: Entry[]
  /** By SKU: rows that have changed, as they were loaded; null for a row that is new. */
  changed: Map<string, StockRow | null>
  /** Writes to the tables of operations, in their order. */
  ownWrites: OwnWrite[]
  /** The same, behind all others in the binlog. */
  lastWrites: OwnWrite[]
  /** The last entry when the head was locked. */
  readonly lockedAt: Position
  /** The steady clock, by which lifetimes are counted, in µs. The time for whatever the books decide. */
  readonly steadyUs: number
  /** What entries get as their `recordedAtUs`, see `recordingTimeUs`. */
  readonly recordedAtUs: number
  /** The machine's clock, in µs: shows how far it is off, decides nothing. */
  readonly machineUs: number
}

/** An entry's place in the journal. */
export interface Position {
  epoch: number
  seq: number
}

export type BooksTimes = Pick<Books, 'steadyUs' | 'recordedAtUs' | 'machineUs'>

/** The books of one transaction. `skus` are those that `rows` were looked up for. */
export function openBooks(
  head: Head,
  { skus, rows }: { skus: Iterable<string>; rows: readonly StockRow[] },
  times: BooksTimes,
): Books {
  const books: Books = {
    ...{ head, stock: new Map(), entries: [], changed: new Map(), ownWrites: [], lastWrites: [] },
    lockedAt: { epoch: head.epoch, seq: head.nextSeq - 1 },
    ...times,
  }
  loadRows(books, { skus, rows })
  return books
}

/**
 * Adds the rows that were found for `skus` later in the transaction. A SKU that is loaded already keeps its row, which
 * may have changed since.
 */
export function loadRows(
  { stock }: Books,
  { skus, rows }: { skus: Iterable<string>; rows: readonly StockRow[] },
): void {
  const loaded = new Map<string, StockRow | null>()
  for (const sku of skus) loaded.set(foldSku(sku), null)
  for (const row of rows) loaded.set(foldSku(row.sku), row)
  for (const [folded, row] of loaded) if (!stock.has(folded)) stock.set(folded, row)
}

/**
 * The row of this SKU or of one that differs from it only in case; undefined when the store has neither. Throws for a
 * SKU that was not loaded, because nothing is known about its level.
 */
export function rowLike({ stock }: Books, sku: string): StockRow | undefined {
  const row = stock.get(foldSku(sku))
  if (row === undefined) throw new Error(`the level of ${sku} was not loaded in this transaction`)
  return row ?? undefined
}

/** The row of exactly this SKU; undefined when the store has none. Throws for a SKU that was not loaded. */
export function rowOf(books: Books, sku: string): StockRow | undefined {
  const row = rowLike(books, sku)
  return row?.sku === sku ? row : undefined
}

/**
 * Updates the head's checksum by all rows that have changed, and returns the rows. Once for the whole transaction: of a
 * SKU that was sold a hundred times, only the first and the last level are hashed.
 */
export function closeBooks(books: Books): ChangedRows {
  const { head, changed } = books
  const rows: ChangedRows = { created: [], updated: [] }
  for (const [sku, before] of changed) {
    const after = rowOf(books, sku)
    if (after === undefined) throw new Error(`${sku} has changed and has no row`)
    head.checksum = replaceLevel(head.checksum, before ?? undefined, after)
    if (before === null) rows.created.push(after)
    else rows.updated.push(after)
  }
  changed.clear()
  return rows
}
