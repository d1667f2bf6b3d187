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
import type { Ground, Memory, RememberedSku } from './stock-cache.ts'

/**
 * Feed rows read at a time, of up to 1,000 changes or about 100 kB each: so few that reading them stays far below a
 * turn's deadline, and that parsing and applying them never holds up answers for long.
 */
export const FEED_PAGE_ROWS = 20

/** What one turn brings, all of it from one moment. Its entries are to be kept whatever becomes of the next turn. */
export interface Turn {
  /** Set when the memory must begin anew: at the start, when the feed has expired or isn't the one that was followed. */
  ground: Ground | null
  entries: { part: number; entry: FeedEntry }[]
  /** Feed rows read. */
  rows: number
  /** Whether the entries lead to where the feed ended. If not, no SKUs were read: the memory couldn't take them yet. */
  atHead: boolean
  skus: RememberedSku[]
}

interface Pages extends Pick<Turn, 'entries' | 'rows' | 'atHead'> {
  /** By part, where the entries lead. */
  reached: FeedPosition[]
}

/** What changed since `positions`: one statement, for that is all that an idle or a busy reader needs. */
export async function readChanges(
  connection: Connection,
  { positions, pageRows }: { positions: readonly FeedPosition[]; pageRows: number },
): Promise<Turn> {
  const pages = await readPages(readerOn(connection), positions, pageRows)
  if (pages === null) return readSnapshot(connection, { positions: undefined, skus: [], pageRows })
  return { ...pages, ground: null, skus: [] }
}

/**
 * The rows of `skus` together with everything that leads the memory to where they stand. Rows and feed come from
 * one snapshot, so no change can fall between them and none can be counted twice. A memory that is further behind than
 * a page gets that page alone: a long snapshot would hold up whoever drops old rows of the feed.
 */
export async function readSnapshot(
  connection: Connection,
  wish: { positions: Memory['positions']; skus: readonly string[]; pageRows: number },
): Promise<Turn> {
  const { positions, skus, pageRows } = wish
  return snapshotOn(connection, async (trx) => {
    const heads: FeedPosition[] = []
    for (let part = 0; part < PARTS; part += 1) heads.push(await readFeedHead(trx, part))
    const pages = positions && (await readPages(trx, positions, pageRows))
    const follows = pages?.reached.every((at, part) => leadsTo(heads[part], at, pages.atHead)) ?? false
    const { entries, rows, atHead } = pages && follows ? pages : { entries: [], rows: 0, atHead: true }
    return {
      ground: follows ? null : await readGround(trx, heads),
      ...{ entries, rows, atHead },
      skus: skus.length === 0 || !atHead ? [] : await selectSkus(trx, skus),
    }
  })
}

/** A page of each part's feed; null when one doesn't go on where the memory stands. */
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
 * Whether the feed that now ends at `head` is the one that led to `at`. A head behind it, or another token there, means
 * that the database went back; numbers missing before the head, that nothing was written under them.
 */
function leadsTo(head: FeedPosition | undefined, at: FeedPosition, atHead: boolean): boolean {
  if (head === undefined) return false
  return atHead ? isSamePosition(head, at) : at.number <= head.number
}

async function readGround(reader: Reader, positions: FeedPosition[]): Promise<Ground> {
  return { positions, stores: await selectProofs(reader), margins: await selectMarginRules(reader) }
}
