import {
  type FeedEntry,
  type FeedPage,
  type FeedPosition,
  isSamePosition,
  PARTS,
  readFeed,
  readFeedHead,
} from '@shelfwire/central'
import { type Connection, type Reader, readerOn, snapshotOn } from '@shelfwire/mysql'
import { selectProofs, selectSkus } from './cache-sql.ts'
import { selectMarginRules } from './margin-rules-sql.ts'
import type { CachedSku, CacheSnapshot, StockCache } from './stock-cache.ts'

/**
 * Feed rows read at a time, of up to 1,000 changes or about 100 kB each: so few that reading them takes far less than a
 * poll's deadline, and that parsing and applying them never delays answers for long.
 */
export const FEED_PAGE_ROWS = 20

/** What one poll returns, all of it from one snapshot of the database. Its entries are valid whatever the next poll does. */
export interface Poll {
  /** Set when the cache must be reloaded: at the start, when the feed has expired, or when the database went back. */
  snapshot: CacheSnapshot | null
  entries: { part: number; entry: FeedEntry }[]
  /** Feed rows read. */
  rows: number
  /** Whether the entries reach the end of the feed. If not, no SKUs were read: the cache isn't at their position yet. */
  atHead: boolean
  skus: CachedSku[]
}

interface Pages extends Pick<Poll, 'entries' | 'rows' | 'atHead'> {
  /** By part, the position of the last entry. */
  reached: FeedPosition[]
}

/** What changed since `positions`: one statement, all that a reader needs that has nothing to load. */
export async function pollForChanges(
  connection: Connection,
  { positions, pageRows }: { positions: readonly FeedPosition[]; pageRows: number },
): Promise<Poll> {
  const pages = await readPages(readerOn(connection), positions, pageRows)
  if (pages === null) return pollInSnapshot(connection, { positions: undefined, skus: [], pageRows })
  return { ...pages, snapshot: null, skus: [] }
}

/**
 * The rows of `skus` together with the entries that bring the cache to their position. Rows and feed come from one
 * snapshot, so no change can be missed between them or applied twice. A cache that is more than a page behind gets only
 * that page: a long snapshot would delay the dropping of the feed's old partitions.
 */
export async function pollInSnapshot(
  connection: Connection,
  wish: { positions: StockCache['positions']; skus: readonly string[]; pageRows: number },
): Promise<Poll> {
  const { positions, skus, pageRows } = wish
  return snapshotOn(connection, async (trx) => {
    const heads: FeedPosition[] = []
    for (let part = 0; part < PARTS; part += 1) heads.push(await readFeedHead(trx, part))
    const pages = positions && (await readPages(trx, positions, pageRows))
    const follows = pages?.reached.every((at, part) => leadsTo(heads[part], at, pages.atHead)) ?? false
    const { entries, rows, atHead } = pages && follows ? pages : { entries: [], rows: 0, atHead: true }
    return {
      snapshot: follows ? null : await readCacheSnapshot(trx, heads),
      ...{ entries, rows, atHead },
      skus: skus.length === 0 || !atHead ? [] : await selectSkus(trx, skus),
    }
  })
}

/** A page of each part's feed; null when a part's feed doesn't continue at the cache's position. */
async function readPages(
  reader: Reader,
  positions: readonly FeedPosition[],
  maxRows: number,
): Promise<Pages | null> {
  const pages: FeedPage[] = []
  for (const [part, after] of positions.entries()) {
    const page = await readFeed(reader, { part, after, maxRows })
    if (page === null) return null
    pages.push(page)
  }
  return {
    entries: pages.flatMap(({ entries }, part) => entries.map((entry) => ({ part, entry }))),
    rows: pages.reduce((sum, { rows }) => sum + rows, 0),
    atHead: pages.every(({ full }) => !full),
    reached: positions.map((after, part) => pages[part]?.entries.at(-1) ?? after),
  }
}

/**
 * Whether the feed that now ends at `head` is the one that led to `at`. A head behind `at`, or another token there, means
 * that the database went back; numbers missing before the head mean that nothing was written under them.
 */
function leadsTo(head: FeedPosition | undefined, at: FeedPosition, atHead: boolean): boolean {
  if (head === undefined) return false
  return atHead ? isSamePosition(head, at) : at.number <= head.number
}

async function readCacheSnapshot(reader: Reader, positions: FeedPosition[]): Promise<CacheSnapshot> {
  return { positions, stores: await selectProofs(reader), margins: await selectMarginRules(reader) }
}
