import { datetimeOfUs, type Reader, type Transaction } from '@shelfwire/mysql'

/** A level that changed, absolute: whoever applies it twice or late (by `number`) does no harm. */
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
export interface FreshnessChange {
  storeId: string
  asOfUs: number
  suspect: string | null
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

/** One transaction's changes as a reader gets them. */
export interface FeedEntry {
  number: number
  changes: FeedChanges
}

/** Changes in one feed row: small enough to parse without a pause. */
const MAX_CHANGES_PER_ROW = 1_000

/**
 * Takes the part's next number and writes the changes under it: the last thing a transaction does, for the lock on
 * `feed_head` is everyone's, and so it goes with COMMIT. Because the lock is held until then, numbers appear in commit
 * order, without holes.
 */
export function appendFeed(
  trx: Transaction,
  { part, changes, nowUs }: { part: number; changes: FeedChanges; nowUs: number },
): void {
  const slices = sliceChanges(changes)
  if (slices.length === 0) return
  const writtenAt = datetimeOfUs(nowUs)
  const row = `(?, ${NUMBER_TAKEN}, ?, ?, ?)`
  const values = slices.flatMap((slice, index) => [part, part, index, JSON.stringify(slice), writtenAt])
  takeFeedNumber(trx, part)
  trx.later(`${INSERT} VALUES ${slices.map(() => row).join(', ')}`, values)
}

/**
 * Takes the part's next number, with whatever the transaction does next. A number that nothing is written under is a
 * gap, which readers answer by loading everything anew.
 */
export function takeFeedNumber(trx: Transaction, part: number): void {
  trx.later('UPDATE feed_head SET next_number = next_number + 1 WHERE part = ?', [part])
}

const INSERT = 'INSERT INTO central_view.feed (part, number, slice, changes, written_at)'

/** Null, which the feed refuses, when a part has no head. */
const NUMBER_TAKEN = '(SELECT next_number - 1 FROM feed_head WHERE part = ?)'

/** The number of the last transaction in the part's feed; 0 before the first. */
export async function readFeedHead(reader: Reader, part: number): Promise<number> {
  const [head] = await reader.rows<{ next_number: number }>(
    'SELECT next_number FROM feed_head WHERE part = ?',
    [part],
  )
  return (head?.next_number ?? 1) - 1
}

/**
 * The entries after number `after`, in order, at most about `limit`, never half of one. The first one's number is
 * above `after + 1` when older rows are gone: the reader must then load everything anew.
 */
export async function readFeed(
  reader: Reader,
  { part, after, limit }: { part: number; after: number; limit: number },
): Promise<FeedEntry[]> {
  const rows = await reader.rows<{ number: number; changes: string }>(
    'SELECT number, changes FROM central_view.feed WHERE part = ? AND number > ? AND number <= ? ORDER BY number, slice',
    [part, after, after + limit],
  )
  const entries: FeedEntry[] = []
  for (const row of rows) {
    const last = entries.at(-1)
    const changes = JSON.parse(row.changes) as FeedChanges
    if (last?.number === row.number) mergeInto(last.changes, changes)
    else entries.push({ number: row.number, changes })
  }
  return entries
}

const KINDS = ['stores', 'products', 'margins', 'freshness', 'stock'] as const

function sliceChanges(changes: FeedChanges): FeedChanges[] {
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

function mergeInto(target: FeedChanges, more: FeedChanges): void {
  for (const kind of KINDS) for (const change of more[kind] ?? []) push(target, kind, change)
}

function push(target: FeedChanges, kind: (typeof KINDS)[number], change: unknown): void {
  const list = (target[kind] ?? []) as unknown[]
  list.push(change)
  target[kind] = list as never
}
