import { usOfDate } from '@shelfwire/contracts'
import { type DayTable, keepDays, type PartitionChores, type Pool } from '@shelfwire/mysql'
import { carryOpenCommands } from '../commands/carry-open.ts'
import { requireAgreeingClocks } from './agreeing-clocks.ts'

/** Long enough for a reader that was away for a moment; one that was away longer reloads. */
const FEED: DayTable = { schema: 'central_view', table: 'feed', daysEach: 1, daysKept: 1 }
/** Commands that are done; open ones are carried over. */
const COMMANDS: DayTable = { schema: 'central', table: 'commands', daysEach: 7, daysKept: 14 }
/** Few partitions: an entry is looked up by its number in each of them. By when central applied it. */
const LEDGER: DayTable = { schema: 'central_view', table: 'ledger', daysEach: 100, daysKept: 400 }
/** By the day of the sale. */
const DAILY_SALES: DayTable = { schema: 'central_view', table: 'daily_sales', daysEach: 100, daysKept: 400 }

const TABLES = [FEED, COMMANDS, LEDGER, DAILY_SALES]

export interface Kept {
  changed: ({ table: string } & PartitionChores)[]
  failed: { table: string; error: unknown }[]
}

/**
 * Makes partitions for the coming days and drops those that are older than what is kept, table by table: one that
 * can't be changed now, because a session reads it, keeps none of the others waiting. `pool` is the service's, `maintenance`
 * that of the user who may alter these tables. What is dropped is gone for good, so the machine's own clock, which shows
 * `wallNow`, must agree with central's to within a day: throws, and changes nothing, when it doesn't.
 */
export async function keepTables(
  { pool, maintenance }: { pool: Pool; maintenance: Pool },
  now: Date,
  wallNow: Date,
): Promise<Kept> {
  requireAgreeingClocks(now, wallNow)
  const kept: Kept = { changed: [], failed: [] }
  for (const day of TABLES) {
    const { table } = day
    const carryOver = (below: string) => carryOpenCommands(pool, { below, nowUs: usOfDate(now) })
    try {
      const chores = await keepDays(maintenance, day, {
        now,
        ...(day === COMMANDS ? { beforeDrop: carryOver } : {}),
      })
      if (chores.add.length + chores.drop.length > 0) kept.changed.push({ table, ...chores })
    } catch (error) {
      kept.failed.push({ table, error })
    }
  }
  return kept
}
