import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from '@shelfwire/mysql'
import type { Difference } from './difference.ts'
import {
  appliedUpTo,
  type BucketSum,
  bucketContent,
  bucketSums,
  type Entries,
  epochEnds,
  journalOf,
  ledgerOf,
  newestEntry,
} from './journal-sql.ts'
import { comparePositions, type Position, placeName } from './position.ts'

const LOOK_AGAIN_MS = 50
/** Entries named one by one; beyond it only counted, for a lost disk has millions. */
const MOST_NAMED = 20

export interface JournalComparison {
  entries: number
  differences: Difference[]
}

/**
 * Compares a store's journal with central's ledger by count and checksum of every thousand entries, and names the
 * entries of those that differ. Central gets until `deadline` (ms since 1970) to apply what the store has now.
 */
export async function compareJournal(
  store: Pool,
  central: Pool,
  { storeId, deadline }: { storeId: string; deadline: number },
): Promise<JournalComparison> {
  const [journal, ledger] = [journalOf(store), ledgerOf(central, storeId)]
  // Central first: every entry that it has, the store must have had before.
  const newestAtCentral = await newestEntry(ledger)
  const ends = await epochEnds(journal)
  const newest = ends.at(-1) ?? { epoch: 1, seq: 0 }
  const differences: Difference[] = []
  if (comparePositions(newestAtCentral, newest) > 0) {
    const [atStore, atCentral] = [placeName(newest), placeName(newestAtCentral)]
    differences.push({ storeId, where: 'ledger', field: 'newest entry', store: atStore, central: atCentral })
  }
  const applied = await untilApplied(central, { storeId, newest, deadline })
  if (applied !== null) {
    differences.push({
      storeId,
      where: 'cursor',
      field: 'applied',
      store: placeName(newest),
      central: applied,
    })
  }
  const [atStore, atCentral] = await Promise.all([bucketSums(journal, ends), bucketSums(ledger, ends)])
  for (const bucket of differingBuckets(atStore, atCentral)) {
    if (differences.length > MOST_NAMED) break
    differences.push(...(await compareEntries(storeId, { journal, ledger, bucket, ends })))
  }
  return { entries: atStore.reduce((sum, { entries }) => sum + entries, 0), differences }
}

/** Null once central has applied `newest` without gaps; at the deadline, how far it came. */
async function untilApplied(
  central: Pool,
  { storeId, newest, deadline }: { storeId: string; newest: Position; deadline: number },
): Promise<string | null> {
  for (;;) {
    const applied = await appliedUpTo(central, storeId)
    if (newest.seq === 0 || (applied !== null && comparePositions(applied, newest) >= 0)) return null
    if (Date.now() >= deadline) return applied === null ? 'nothing' : placeName(applied)
    await pause(LOOK_AGAIN_MS)
  }
}

/** The buckets whose count or checksum differs, or that only one side has. */
export function differingBuckets(
  atStore: readonly BucketSum[],
  atCentral: readonly BucketSum[],
): { epoch: number; bucket: number }[] {
  const nameOf = ({ epoch, bucket }: BucketSum) => `${epoch}/${bucket}`
  const others = new Map(atCentral.map((sum) => [nameOf(sum), sum]))
  const differing = atStore.filter((sum) => {
    const other = others.get(nameOf(sum))
    others.delete(nameOf(sum))
    return other?.entries !== sum.entries || other.checksum !== sum.checksum
  })
  return [...differing, ...others.values()].map(({ epoch, bucket }) => ({ epoch, bucket }))
}

async function compareEntries(
  storeId: string,
  {
    journal,
    ledger,
    bucket,
    ends,
  }: { journal: Entries; ledger: Entries; bucket: { epoch: number; bucket: number }; ends: Position[] },
): Promise<Difference[]> {
  const [atStore, atCentral] = await Promise.all([
    bucketContent(journal, bucket, ends),
    bucketContent(ledger, bucket, ends),
  ])
  const numbers = [...new Set([...atStore.keys(), ...atCentral.keys()])].sort((a, b) => a - b)
  return numbers
    .filter((seq) => atStore.get(seq) !== atCentral.get(seq))
    .slice(0, MOST_NAMED)
    .map((seq) => ({
      storeId,
      where: placeName({ epoch: bucket.epoch, seq }),
      field: 'content',
      store: atStore.get(seq) ?? null,
      central: atCentral.get(seq) ?? null,
    }))
}
