/**
 * Every kind of fact that a store's journal can hold. Central parks an entry of any other kind, so a kind is listed here
 * one version before the first store writes it: `firm` and `firm_refused` answer commands about holds that are paid.
 */
export const ENTRY_KINDS = [
  'sale',
  'return',
  'receipt',
  'adjustment',
  'count',
  'discrepancy',
  'hold',
  'hold_refused',
  'hold_broken',
  'extend',
  'extend_refused',
  'firm',
  'firm_refused',
  'execute',
  'execute_refused',
  'release',
  'expire',
  'command_refused',
  'opening',
  'opened',
] as const

export type EntryKind = (typeof ENTRY_KINDS)[number]

/** Kinds of entry that concern the whole store, so their `sku` is null. */
export const KINDS_WITHOUT_SKU: ReadonlySet<string> = new Set<EntryKind>(['command_refused', 'opened'])

/**
 * One immutable row of a store's journal. Quantities are whole units; `onHand` and `held` are that SKU's levels
 * after the entry; times are microseconds since 1970 in UTC, as Debezium sends `DATETIME(6)`.
 */
export interface Entry {
  epoch: number
  seq: number
  storeId: string
  /** Null only for {@link KINDS_WITHOUT_SKU}. */
  sku: string | null
  kind: EntryKind
  onHandDelta: number
  heldDelta: number
  onHand: number
  held: number
  holdId: string | null
  caller: string
  requestId: string
  reference: string | null
  reason: string | null
  occurredAtUs: number
  recordedAtUs: number
}

/** A store's statement that everything up to `(epoch, seq)` was committed before `beatAtUs` by its own clock. */
export interface Beat {
  storeId: string
  epoch: number
  seq: number
  /** The largest ping that the store had received before it locked its head: central's clock in µs, 0 if none. */
  ping: number
  /** The era of the last command done. */
  era: number
  /** The number of the last command done in that era. */
  commandsDone: number
  /** Over all levels, see {@link ./checksum.ts}; 16 hex characters. */
  checksum: string
  /** The store's own clock; shows skew, proves nothing. */
  beatAtUs: number
}
