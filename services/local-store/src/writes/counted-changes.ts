import type { Entry } from '@shelfwire/contracts'
import { type Pool, type Reader, readerOn } from '@shelfwire/mysql'
import type { Books, Position } from '../journal/books.ts'
import { type Change, readChangesAbove, sumChangesSince } from '../journal/changes-sql.ts'
import { happenedAtUs } from '../journal/happened-at.ts'
import { readHead } from '../journal/head-sql.ts'
import { foldSku } from '../stock/level.ts'
import { readNames } from '../stock/stock-sql.ts'
import type { ChangesSince } from './decide-write.ts'
import { canBeSummed } from './time-write.ts'
import type { Write } from './write.ts'

/** What had happened after a count's observer looked, as far as it was recorded when it was read. */
export interface CountedChanges {
  /** Entries behind this one aren't in the sums. */
  upTo: Position
  /** By folded SKU. */
  byFolded: ReadonlyMap<string, number>
}

/** A count with what was read for it before the lock. */
export interface Counted {
  write: Write
  changes: CountedChanges
}

/**
 * Reads what the counts among `writes` need of the past: up to 31 days of journal, which no other write has to wait for.
 * The lane completes it behind its lock. Counts whose time is out of bounds at `nowUs` are left out: they will be refused.
 */
export async function readCountedChanges(
  pool: Pool,
  { storeId, writes, nowUs }: { storeId: string; writes: readonly Write[]; nowUs: number },
): Promise<Map<Write, CountedChanges>> {
  const counts = writes.filter(
    (write) => write.kind === 'count' && canBeSummed(lookOf(write).lookedAtUs, nowUs),
  )
  if (counts.length === 0) return new Map()
  // First the position, then names and sums up to it: what is committed in between is left for later.
  const { epoch, nextSeq } = await readHead(pool, storeId)
  const upTo = { epoch, seq: nextSeq - 1 }
  const reader = readerOn(pool)
  const names = await readNames(reader, new Set(counts.flatMap(({ lines }) => lines.map(({ sku }) => sku))))
  const looks = counts.map(lookOf).map(({ lookedAtUs, skus }) => ({
    lookedAtUs,
    skus: skus.map((sku) => names.get(foldSku(sku)) ?? sku),
  }))
  const sums = await sumChangesSince(reader, looks, upTo)
  return new Map(counts.map((write, index) => [write, { upTo, byFolded: foldKeys(sums[index]) }]))
}

/** What was recorded after changes were read for the counts of one transaction, by folded SKU. */
export interface Meanwhile {
  /** By other transactions; null until it was read. */
  others: ReadonlyMap<string, readonly Change[]> | null
  /** By this transaction, as far as it was looked through. */
  own: Map<string, Entry[]>
  /** How many of this transaction's entries are in `own`. */
  ownSeen: number
}

export function nothingMeanwhile(): Meanwhile {
  return { others: null, own: new Map(), ownSeen: 0 }
}

/**
 * What had happened by now since a count's observer looked, by folded SKU: what was read before the lock, and what was
 * recorded after that, also by this transaction. `outdated` when other transactions have recorded entries that must be
 * read first ({@link readMeanwhile}), which isn't so while this process alone writes and its lane isn't busy.
 */
export function changesSince(
  { write, changes }: Counted,
  { meanwhile, books }: { meanwhile: Meanwhile; books: Books },
): ChangesSince | 'outdated' {
  if (meanwhile.others === null && isBehind(books.lockedAt, changes.upTo)) return 'outdated'
  lookThrough(meanwhile, books.entries)
  const { skus, lookedAtUs } = lookOf(write)
  const since = new Map<string, number>()
  for (const folded of skus.map(foldSku)) {
    const late = [
      ...(meanwhile.others?.get(folded) ?? []).filter((change) => isBehind(change, changes.upTo)),
      ...(meanwhile.own.get(folded) ?? []),
    ]
    const happened = late.filter((change) => happenedAtUs(change) > lookedAtUs)
    const more = happened.reduce((sum, { onHandDelta }) => sum + onHandDelta, 0)
    since.set(folded, (changes.byFolded.get(folded) ?? 0) + more)
  }
  return since
}

function lookThrough(meanwhile: Meanwhile, entries: readonly Entry[]): void {
  for (const entry of entries.slice(meanwhile.ownSeen)) {
    // An `opening` says what the level is, and doesn't change it.
    if (entry.sku === null || entry.kind === 'opening') continue
    const ofSku = meanwhile.own.get(foldSku(entry.sku))
    if (ofSku === undefined) meanwhile.own.set(foldSku(entry.sku), [entry])
    else ofSku.push(entry)
  }
  meanwhile.ownSeen = entries.length
}

/** Reads once for all counts of a transaction what others have recorded since the changes were read. */
export async function readMeanwhile(
  reader: Reader,
  requests: readonly { write: Write; changes?: CountedChanges | undefined }[],
  { stock, lockedAt }: Books,
): Promise<Meanwhile> {
  const outdated = requests.flatMap(({ write, changes }) =>
    changes !== undefined && isBehind(lockedAt, changes.upTo) ? [{ write, changes }] : [],
  )
  const [first, ...others] = outdated.map(({ changes }) => changes.upTo)
  if (first === undefined) return { ...nothingMeanwhile(), others: new Map() }
  const above = others.reduce((lowest, upTo) => (isBehind(lowest, upTo) ? upTo : lowest), first)
  const given = outdated.flatMap(({ write }) => lookOf(write).skus)
  // By the names that the store has: an entry is never found by a spelling that differs in case.
  const skus = new Set(given.map((sku) => stock.get(foldSku(sku))?.sku ?? sku))
  const changes = await readChangesAbove(reader, { above, skus: [...skus] })
  return { ...nothingMeanwhile(), others: Map.groupBy(changes, ({ sku }) => foldSku(sku)) }
}

function isBehind(one: Position, other: Position): boolean {
  return one.epoch === other.epoch ? one.seq > other.seq : one.epoch > other.epoch
}

function foldKeys(bySku: ReadonlyMap<string, number> = new Map()): Map<string, number> {
  return new Map([...bySku].map(([sku, sum]) => [foldSku(sku), sum]))
}

function lookOf({ lines, occurredAtUs }: Write) {
  return { skus: lines.map(({ sku }) => sku), lookedAtUs: occurredAtUs ?? 0 }
}
