import type { Proof } from './freshness.ts'

/** A level that changed, absolute: applying it twice or late (by `number`) changes nothing. */
export interface StockChange {
  storeId: string
  sku: string
  onHand: number
  held: number
  /** Left out by who doesn't change it; a level that is new has none. */
  pending?: number
  updatedAtUs: number
}

/** What is proved about a store, absolute. */
export interface FreshnessChange extends Proof {
  storeId: string
}

/** A margin rule that was set, or with `units` null removed. */
export interface MarginChange {
  storeId: string | null
  category: string | null
  sku: string | null
  units: number | null
}

/** A product that came, went or changed its category. */
export interface ProductChange {
  sku: string
  inCatalogue: boolean
  /** Null when it has none or is gone. */
  category: string | null
}

/** A store that joined or was renamed. */
export interface StoreChange {
  storeId: string
}

/** Everything one transaction changed that readers follow. */
export interface FeedChanges {
  stock?: StockChange[]
  freshness?: FreshnessChange[]
  margins?: MarginChange[]
  products?: ProductChange[]
  stores?: StoreChange[]
}

/**
 * A place in a part's feed. Numbers alone don't identify it: a database that lost its newest transactions (a restore, a
 * failover to a replica that was behind) gives the same numbers again, to others. Hence the token, random for each
 * number. To everyone but a follower of the feed it is opaque.
 */
export interface FeedPosition {
  number: number
  /** 0 when unknown: nothing has been written yet, or a program wrote it that knew no tokens. */
  token: number
}

/** One transaction's changes as a reader gets them. */
export interface FeedEntry extends FeedPosition {
  changes: FeedChanges
}

/** Whether both are the same place of the same feed, as far as tokens are known. */
export function isSamePosition(one: FeedPosition, other: FeedPosition): boolean {
  return one.number === other.number && isSameToken(one.token, other.token)
}

function isSameToken(one: number, other: number): boolean {
  return one === other || one === 0 || other === 0
}

/** Changes in one feed row: small enough to parse without a pause. */
const MAX_CHANGES_PER_ROW = 1_000

const KINDS = ['stores', 'products', 'margins', 'freshness', 'stock'] as const

/** The changes in slices that fit one feed row each. */
export function sliceChanges(changes: FeedChanges): FeedChanges[] {
  const slices: FeedChanges[] = []
  let current: FeedChanges = {}
  let room = 0
  for (const kind of KINDS) {
    for (const change of changes[kind] ?? []) {
      if (room === 0) {
        current = {}
        slices.push(current)
        room = MAX_CHANGES_PER_ROW
      }
      push(current, kind, change)
      room -= 1
    }
  }
  return slices
}

/** What several parts of one transaction changed, as one. */
export function mergeChanges(parts: readonly FeedChanges[]): FeedChanges {
  const merged: FeedChanges = {}
  for (const changes of parts) {
    for (const kind of KINDS) {
      const more: unknown[] = changes[kind] ?? []
      if (more.length > 0) merged[kind] = [...(merged[kind] ?? []), ...more] as never
    }
  }
  return merged
}

/** Adds `more` behind the changes of `target`. */
export function mergeInto(target: FeedChanges, more: FeedChanges): void {
  for (const kind of KINDS) for (const change of more[kind] ?? []) push(target, kind, change)
}

function push(target: FeedChanges, kind: (typeof KINDS)[number], change: unknown): void {
  const list = (target[kind] ?? []) as unknown[]
  list.push(change)
  target[kind] = list as never
}
