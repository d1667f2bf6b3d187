import { escapeId } from 'mysql2'
import type { RowDataPacket } from 'mysql2/promise'
import type { Pool } from './pool.ts'

/** A table in partitions of whole UTC days; the last one, without a bound, stays empty. */
export interface DayTable {
  schema: string
  table: string
  /** Days in one partition. */
  daysEach: number
  /** Whole days that are kept besides today. */
  daysKept: number
}

/** A partition below `below`, a day (`2026-05-02`) or a number; null is the last one, which has no bound. */
export interface Partition {
  name: string
  below: string | null
}

/** Changes to a table's partitions. */
export interface PartitionChores {
  /** Partitions to split off the last one, ascending. */
  add: Partition[]
  /** Names of the partitions to drop. */
  drop: string[]
}

/** Partitions that are made ahead of the current one. */
const AHEAD = 2
const DAY_MS = 86_400_000
/** How long a statement that changes partitions waits for its lock; later users of the table wait behind it. */
const LOCK_WAIT_S = 1
/** How long the server may take for such a statement, which touches no row. */
const ANSWER_WITHIN_MS = 30_000

/**
 * The changes that a day table needs at `now`: partitions for the current days and ahead exist, and each is dropped once
 * all its days are beyond the retention. A name is derived from the first day, so that two processes can't make the
 * same partition twice.
 */
export function dayChores(
  now: Date,
  partitions: readonly Partition[],
  { daysEach, daysKept }: Pick<DayTable, 'daysEach' | 'daysKept'>,
): PartitionChores {
  const today = Math.floor(now.getTime() / DAY_MS)
  const first = Math.floor(today / daysEach) * daysEach
  const bounds = partitions.flatMap(({ below }) => below ?? [])
  const newest = bounds.reduce((latest, below) => (below > latest ? below : latest), '')
  const wanted = Array.from({ length: 1 + AHEAD }, (_, index) => first + index * daysEach)
  const oldestKept = dayText(today - daysKept)
  return {
    add: wanted
      .map((day) => ({ name: `day_${dayText(day).replaceAll('-', '_')}`, below: dayText(day + daysEach) }))
      .filter(({ below }) => below > newest),
    drop: partitions.flatMap(({ name, below }) => (below !== null && below <= oldestKept ? [name] : [])),
  }
}

/** The partitions of a table in the order of their bounds; none when it has none. */
export async function readPartitions(
  pool: Pool,
  { schema, table }: Pick<DayTable, 'schema' | 'table'>,
): Promise<Partition[]> {
  const [rows] = await pool.query<RowDataPacket[]>({
    sql: `SELECT PARTITION_NAME AS name, PARTITION_DESCRIPTION AS below FROM information_schema.PARTITIONS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND PARTITION_NAME IS NOT NULL ORDER BY PARTITION_ORDINAL_POSITION`,
    values: [schema, table],
    timeout: ANSWER_WITHIN_MS,
  })
  return rows.map(({ name, below }) => ({ name: String(name), below: boundOf(String(below)) }))
}

/** `'2026-05-02 00:00:00'` of a time, `'2026-05-02'` of a day, `7` of a number. */
function boundOf(description: string): string | null {
  return description === 'MAXVALUE' ? null : description.replaceAll("'", '').slice(0, 10)
}

/**
 * Makes these changes to a table that has these `partitions`. Each statement waits at most a second for its lock, because
 * later users of the table wait behind it; then it fails with `ER_LOCK_WAIT_TIMEOUT`, and the caller retries later. When
 * the server is silent for `answerWithinMs`, the connection is closed. `pool` needs a user who may alter the table.
 */
export async function doChores(
  pool: Pool,
  { schema, table }: Pick<DayTable, 'schema' | 'table'>,
  {
    add,
    drop,
    partitions,
    answerWithinMs = ANSWER_WITHIN_MS,
  }: PartitionChores & { partitions: readonly Partition[]; answerWithinMs?: number },
): Promise<void> {
  const rest = partitions.find(({ below }) => below === null)
  if (rest === undefined) throw new Error(`${schema}.${table} has no last partition without a bound`)
  if (add.length + drop.length === 0) return
  const connection = await pool.getConnection()
  const run = (sql: string) => connection.query({ sql, timeout: answerWithinMs })
  const alter = `ALTER TABLE ${escapeId(schema)}.${escapeId(table)}`
  try {
    await run(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`)
    if (add.length > 0) {
      const parts = [...add, rest].map(
        ({ name, below }) => `PARTITION ${name} VALUES LESS THAN (${boundText(below)})`,
      )
      // Splitting changes only the last partition, which is empty as long as partitions are made ahead.
      await run(`${alter} REORGANIZE PARTITION ${rest.name} INTO (${parts.join(', ')})`)
    }
    for (const name of drop) await run(`${alter} DROP PARTITION ${escapeId(name)}`)
  } finally {
    connection.destroy()
  }
}

function boundText(below: string | null): string {
  if (below === null) return 'MAXVALUE'
  return below.includes('-') ? `'${below}'` : below
}

/**
 * Makes and drops a day table's partitions; returns the changes. `beforeDrop` is called first, to save what must outlive
 * the rows from before the day `below`.
 */
export async function keepDays(
  pool: Pool,
  table: DayTable,
  { now, beforeDrop = async () => {} }: { now: Date; beforeDrop?: (below: string) => Promise<void> },
): Promise<PartitionChores> {
  const partitions = await readPartitions(pool, table)
  const chores = dayChores(now, partitions, table)
  const below = partitions.findLast(({ name }) => chores.drop.includes(name))?.below
  if (below != null) await beforeDrop(below)
  await doChores(pool, table, { ...chores, partitions })
  return chores
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
