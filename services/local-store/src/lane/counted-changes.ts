import type { Entry } from '@shelfwire/contracts'
import { type Pool, readerOn, type Transaction } from '@shelfwire/mysql'
import type { Books } from '../journal/books.ts'
import { type Change, type Position, readChangesAbove, sumChangesSince } from '../journal/changes-sql.ts'
import { happenedAtUs } from '../journal/happened-at.ts'
import { readHead } from '../journal/head-sql.ts'
import { foldSku } from '../stock/level.ts'
import { readNames } from '../stock/stock-sql.ts'
import type { ChangesSince } from '../writes/decide-write.ts'
import { canBeSummed } from '../writes/time-write.ts'
import type { Write } from '../writes/write.ts'

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
 * Reads what the counts among `writes` need of the past: up to 31 days of journal, which nobody else has to wait for.
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

/**
 * Completes what was read before the lock by what other transactions have recorded meanwhile. The function returned
 * adds what the lane's own transaction has made so far; undefined for what is no count.
 */
export async function completeChanges(
  trx: Transaction,
  books: Books,
  counted: readonly Counted[],
): Promise<(write: Write, batchEntries: readonly Entry[]) => ChangesSince | undefined> {
  const changesOf = new Map(counted.map(({ write, changes }) => [write, changes]))
  const newer = Map.groupBy(await readNewer(trx, books, counted), ({ sku }) => foldSku(sku))
  const made = new Map<string, Entry[]>()
  let madeSeen = 0
  return (write, batchEntries) => {
    const changes = changesOf.get(write)
    if (changes === undefined) return undefined
    for (const entry of batchEntries.slice(madeSeen)) {
      // An `opening` says what the level is, and doesn't change it.
      if (entry.sku === null || entry.kind === 'opening') continue
      const ofSku = made.get(foldSku(entry.sku))
      if (ofSku === undefined) made.set(foldSku(entry.sku), [entry])
      else ofSku.push(entry)
    }
    madeSeen = batchEntries.length
    const { skus, lookedAtUs } = lookOf(write)
    const since = new Map<string, number>()
    for (const folded of skus.map(foldSku)) {
      const late = [
        ...(newer.get(folded) ?? []).filter((change) => isBehind(change, changes.upTo)),
        ...(made.get(folded) ?? []),
      ]
      const happened = late.filter((change) => happenedAtUs(change) > lookedAtUs)
      const more = happened.reduce((sum, { onHandDelta }) => sum + onHandDelta, 0)
      since.set(folded, (changes.byFolded.get(folded) ?? 0) + more)
    }
    return since
  }
}

/** Nothing while this process alone writes and its lane isn't busy. */
async function readNewer(
  trx: Transaction,
  { head, stock }: Books,
  counted: readonly Counted[],
): Promise<Change[]> {
  const last = { epoch: head.epoch, seq: head.nextSeq - 1 }
  const outdated = counted.filter(({ changes }) => isBehind(last, changes.upTo))
  const [first, ...others] = outdated.map(({ changes }) => changes.upTo)
  if (first === undefined) return []
  const above = others.reduce((lowest, upTo) => (isBehind(lowest, upTo) ? upTo : lowest), first)
  const given = outdated.flatMap(({ write }) => lookOf(write).skus)
  // By the names that the store has: an entry is never found by a spelling that differs in case.
  const skus = new Set(given.map((sku) => stock.get(foldSku(sku))?.sku ?? sku))
  return readChangesAbove(trx, { above, skus: [...skus] })
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
