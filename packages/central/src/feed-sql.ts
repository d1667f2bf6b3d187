import { randomInt } from 'node:crypto'
import { datetimeOfUs } from '@shelfwire/contracts'
import type { Reader, Transaction } from '@shelfwire/mysql'
import {
  type FeedChanges,
  type FeedEntry,
  type FeedPosition,
  isSamePosition,
  mergeInto,
  sliceChanges,
} from './feed.ts'

/** What one read of the feed brings. */
export interface FeedPage {
  entries: FeedEntry[]
  /** Feed rows read, of which an entry has one or more. */
  rows: number
  /** Whether more may lie behind. */
  full: boolean
}

/**
 * Takes the part's next number and writes the changes under it: the last thing a transaction does, for the lock on
 * `feed_head` is everyone's, and so it goes with COMMIT. Because the lock is held until then, numbers appear in commit
 * order, without gaps.
 */
export function appendFeed(
  trx: Transaction,
  { part, changes, nowUs }: { part: number; changes: FeedChanges; nowUs: number },
): void {
  const slices = sliceChanges(changes)
  if (slices.length === 0) return
  const writtenAt = datetimeOfUs(nowUs)
  const token = takeFeedNumber(trx, part)
  const row = `(?, ${NUMBER_TAKEN}, ?, ?, ${TOKEN_BEFORE}, ?, ?)`
  const values = slices.flatMap((slice, index) => [
    ...[part, part, index, token, part, JSON.stringify(slice), writtenAt],
  ])
  trx.later(`${INSERT} VALUES ${slices.map(() => row).join(', ')}`, values)
}

/**
 * Takes the part's next number, with whatever the transaction does next, and returns the number's token. A number that
 * nothing is written under is a gap, to which readers react by reloading from a snapshot.
 */
export function takeFeedNumber(trx: Transaction, part: number): number {
  const token = randomInt(1, MAX_TOKEN)
  trx.later(
    'UPDATE feed_head SET next_number = next_number + 1, previous_token = token, token = ? WHERE part = ?',
    [token, part],
  )
  return token
}

/** The largest range that `randomInt` draws from. */
const MAX_TOKEN = 2 ** 48 - 1

const INSERT =
  'INSERT INTO central_view.feed (part, number, slice, token, previous_token, changes, written_at)'

/** Null, which the feed refuses, when a part has no head. */
const NUMBER_TAKEN = '(SELECT next_number - 1 FROM feed_head WHERE part = ?)'
const TOKEN_BEFORE = '(SELECT previous_token FROM feed_head WHERE part = ?)'

/** The place of the last transaction in the part's feed; number 0 before the first. */
export async function readFeedHead(reader: Reader, part: number): Promise<FeedPosition> {
  const [head] = await reader.rows<{ next_number: number; token: number }>(
    'SELECT next_number, token FROM feed_head WHERE part = ?',
    [part],
  )
  return { number: (head?.next_number ?? 1) - 1, token: head?.token ?? 0 }
}

/**
 * The entries behind `after`, in order: as many as fit in `maxRows` rows, but at least one, and never a part of one.
 * Null when the feed doesn't go on behind `after`, because older rows are gone or because the database went back and
 * counted on from there: the reader must then reload from a snapshot.
 */
export async function readFeed(
  reader: Reader,
  { part, after, maxRows }: { part: number; after: FeedPosition; maxRows: number },
): Promise<FeedPage | null> {
  const rows = await reader.rows<FeedRow>(
    `${SELECT} WHERE part = ? AND number > ? ORDER BY number, slice LIMIT ?`,
    [part, after.number, maxRows],
  )
  const full = rows.length === maxRows
  const newest = rows.at(-1)
  // What the page ends in may go on behind it. It is left to the next page, unless it is all that this one has.
  if (full && newest !== undefined) {
    if (rows[0]?.number === newest.number) rows.push(...(await readRest(reader, part, newest, maxRows)))
    else while (rows.at(-1)?.number === newest.number) rows.pop()
  }
  const entries = entriesOf(rows, after)
  return entries && { entries, rows: rows.length, full }
}

interface FeedRow {
  number: number
  slice: number
  token: number
  previous_token: number
  changes: string
}

const SELECT = 'SELECT number, slice, token, previous_token, changes FROM central_view.feed'

/** The rows of a number behind one of them. */
async function readRest(reader: Reader, part: number, newest: FeedRow, maxRows: number): Promise<FeedRow[]> {
  const rest: FeedRow[] = []
  for (let slice = newest.slice; ; slice += maxRows) {
    const rows = await reader.rows<FeedRow>(
      `${SELECT} WHERE part = ? AND number = ? AND slice > ? ORDER BY slice LIMIT ?`,
      [part, newest.number, slice, maxRows],
    )
    rest.push(...rows)
    if (rows.length < maxRows) return rest
  }
}

/** Null when a row doesn't follow the one before it, the first one `after`. */
function entriesOf(rows: readonly FeedRow[], after: FeedPosition): FeedEntry[] | null {
  const entries: FeedEntry[] = []
  for (const { number, token, previous_token, changes } of rows) {
    const last = entries.at(-1)
    const parsed = JSON.parse(changes) as FeedChanges
    if (last?.number === number && last.token === token) mergeInto(last.changes, parsed)
    else if (isSamePosition(last ?? after, { number: number - 1, token: previous_token }))
      entries.push({ number, token, changes: parsed })
    else return null
  }
  return entries
}
