import { type FeedEntry, PARTS, readFeed, readFeedHead } from '@shelfwire/central'
import { type Connection, readerOn, snapshotOn, type Transaction } from '@shelfwire/mysql'
import { selectMarginRules } from '../margins/margin-rules-sql.ts'
import type { Ground, Memory, RememberedSku } from './memory.ts'
import { selectProofs, selectSkus } from './memory-sql.ts'

/** Feed entries read at a time, so that applying them never holds up answers for long. */
const FEED_PAGE = 200
/** A reader further behind than this begins anew: loading what is asked for is sooner done. */
const MAX_CATCH_UP = 5_000

/** What one turn brings, all of it from one moment: where the memory then stands is where the SKUs were read. */
export interface Turn {
  /** Set when the memory must begin anew: at the start, when the feed has expired, after a restore of the database. */
  ground: Ground | null
  entries: { part: number; entry: FeedEntry }[]
  skus: RememberedSku[]
}

type Positions = Memory['positions']

/** What changed since `positions`: one statement, for that is all that an idle or a busy reader needs. */
export async function readChanges(connection: Connection, positions: readonly number[]): Promise<Turn> {
  const reader = readerOn(connection)
  const entries: Turn['entries'] = []
  for (const [part, after] of positions.entries()) {
    const page = await readFeed(reader, { part, after, limit: FEED_PAGE })
    if (hasGap(page, after)) return readSnapshot(connection, { positions: undefined, skus: [] })
    for (const entry of page) entries.push({ part, entry })
  }
  return { ground: null, entries, skus: [] }
}

/**
 * The rows of `skus` together with everything that leads the memory to where they stand. Rows and feed come from
 * one snapshot, so no change can fall between them and none can be counted twice.
 */
export async function readSnapshot(
  connection: Connection,
  { positions, skus }: { positions: Positions; skus: readonly string[] },
): Promise<Turn> {
  return snapshotOn(connection, async (trx) => {
    const heads: number[] = []
    for (let part = 0; part < PARTS; part += 1) heads.push(await readFeedHead(trx, part))
    const entries = positions === undefined ? null : await readUpTo(trx, positions, heads)
    return {
      ground: entries === null ? await readGround(trx, heads) : null,
      entries: entries ?? [],
      skus: skus.length === 0 ? [] : await selectSkus(trx, skus),
    }
  })
}

/** Every entry from `positions` to `heads`, or null when they can't be had: too many, expired, or of another past. */
async function readUpTo(
  trx: Transaction,
  positions: readonly number[],
  heads: readonly number[],
): Promise<Turn['entries'] | null> {
  const entries: Turn['entries'] = []
  for (const [part, head] of heads.entries()) {
    let at = positions[part] ?? 0
    // A head behind the reader means that the database was set back to an earlier time.
    if (head < at || head - at > MAX_CATCH_UP) return null
    while (at < head) {
      const page = await readFeed(trx, { part, after: at, limit: FEED_PAGE })
      if (page.length === 0 || hasGap(page, at)) return null
      for (const entry of page) entries.push({ part, entry })
      at = page.at(-1)?.number ?? head
    }
  }
  return entries
}

async function readGround(trx: Transaction, positions: number[]): Promise<Ground> {
  return { positions, stores: await selectProofs(trx), margins: await selectMarginRules(trx) }
}

function hasGap(page: readonly FeedEntry[], after: number): boolean {
  return page.length > 0 && page[0]?.number !== after + 1
}
