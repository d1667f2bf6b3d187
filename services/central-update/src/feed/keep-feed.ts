import type { Connection, Pool, RowDataPacket } from '@shelfwire/mysql'

/** Days whose partitions are made ahead, today included. */
const DAYS_AHEAD = 3
/** Whole days that are kept besides today. */
const DAYS_KEPT = 1

const DAY_MS = 86_400_000
/** How long a day's rows may take to go. */
const ANSWER_WITHIN_MS = 30_000

/** What to do to the feed's partitions. */
export interface FeedChore {
  /** Days to be split off the open partition, ascending: `2026-05-01`. */
  add: string[]
  /** Partitions to be dropped. */
  drop: string[]
}

/**
 * The feed's chores at `now`, from the upper bounds of its partitions (`'2026-05-02'` for the one of May 1st). A
 * partition's name is derived from its day, so that two processes can't make the same day twice.
 */
export function feedChores(now: Date, bounds: readonly { name: string; below: string }[]): FeedChore {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  const newest = bounds.reduce((latest, { below }) => (below > latest ? below : latest), '')
  const days = Array.from({ length: DAYS_AHEAD }, (_, index) => dayOf(today + index * DAY_MS))
  const oldestKept = dayOf(today - DAYS_KEPT * DAY_MS)
  return {
    add: days.filter((day) => dayAfter(day) > newest),
    drop: bounds.filter(({ below }) => below <= oldestKept).map(({ name }) => name),
  }
}

/** Makes partitions for the coming days and drops those whose day is over. Returns what was done. */
export async function keepFeed(pool: Pool, now: Date): Promise<FeedChore> {
  const connection = await pool.getConnection()
  try {
    // An ALTER waits for every transaction that has read the feed, and everyone else waits behind it: give up soon
    // and let the next round try again.
    await connection.query({ sql: 'SET SESSION lock_wait_timeout = 1', timeout: ANSWER_WITHIN_MS })
    const chore = feedChores(now, await readBounds(connection))
    if (chore.add.length > 0)
      await connection.query({ sql: splitStatement(chore.add), timeout: ANSWER_WITHIN_MS })
    for (const name of chore.drop)
      await connection.query({
        sql: `ALTER TABLE central_view.feed DROP PARTITION ${name}`,
        timeout: ANSWER_WITHIN_MS,
      })
    return chore
  } finally {
    connection.destroy()
  }
}

/** Reorganising touches only the open partition, which holds nothing as long as days are made ahead. */
function splitStatement(days: string[]): string {
  const parts = days.map((day) => `PARTITION ${partitionName(day)} VALUES LESS THAN ('${dayAfter(day)}')`)
  return `ALTER TABLE central_view.feed REORGANIZE PARTITION feed_open INTO (${parts.join(', ')}, PARTITION feed_open VALUES LESS THAN (MAXVALUE))`
}

async function readBounds(connection: Connection): Promise<{ name: string; below: string }[]> {
  const [rows] = await connection.query<RowDataPacket[]>({
    sql: `SELECT PARTITION_NAME AS name, PARTITION_DESCRIPTION AS below FROM information_schema.PARTITIONS
      WHERE TABLE_SCHEMA = 'central_view' AND TABLE_NAME = 'feed' AND PARTITION_DESCRIPTION <> 'MAXVALUE'`,
    timeout: ANSWER_WITHIN_MS,
  })
  return rows.map(({ name, below }) => ({
    name: String(name),
    below: String(below).replaceAll("'", '').slice(0, 10),
  }))
}

function partitionName(day: string): string {
  return `feed_${day.replaceAll('-', '_')}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function dayAfter(day: string): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
}
