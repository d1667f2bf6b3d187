import type { Connection, RowDataPacket } from 'mysql2/promise'
import { databaseFault } from './errors.ts'
import { levelProblems } from './migrate.ts'
import type { Pool } from './pool.ts'

export interface ServerDemands {
  /** The longest outage of Connect after which no change may be missing from the binlog. */
  binlogRetentionDays: number
  /** The folder whose migrations must all have been run. */
  migrations: string
  /** Whether rows are written by LOAD DATA LOCAL. */
  localInfile?: boolean
}

interface Setting {
  name: string
  wanted: string
  ok: (value: string) => boolean
}

const is = (name: string, wanted: string): Setting => ({ name, wanted, ok: (value) => value === wanted })

function settingsWanted(demands: ServerDemands, mariadb: boolean): Setting[] {
  const retention = demands.binlogRetentionDays * 86_400
  return [
    is('log_bin', '1'),
    is('binlog_format', 'ROW'),
    is('binlog_row_image', 'FULL'),
    is('sync_binlog', '1'),
    is('innodb_flush_log_at_trx_commit', '1'),
    {
      name: 'sql_mode',
      // Our sessions set their own mode; other writers, people or tools, get the server's.
      wanted: 'with STRICT_TRANS_TABLES or STRICT_ALL_TABLES, without NO_BACKSLASH_ESCAPES and ANSI_QUOTES',
      ok: (value) =>
        /STRICT_(TRANS|ALL)_TABLES/.test(value) && !/NO_BACKSLASH_ESCAPES|ANSI_QUOTES/.test(value),
    },
    {
      name: 'binlog_expire_logs_seconds',
      wanted: `0 or at least ${retention} (${demands.binlogRetentionDays} days)`,
      ok: (value) => Number(value) === 0 || Number(value) >= retention,
    },
    ...(demands.localInfile ? [is('local_infile', '1')] : []),
    // MariaDB always has GTIDs and has no switch of this name.
    ...(mariadb ? [] : [is('gtid_mode', 'ON')]),
  ]
}

interface Variable extends RowDataPacket {
  Variable_name: string
  Value: string
}

/** Resolves when the database answers; throws when it doesn't within `timeout` ms. */
export async function pingDatabase(pool: Pool, timeout: number): Promise<void> {
  await pool.query({ sql: 'SELECT 1', timeout })
}

/** Ends another session of the same user, by its thread id, which may hold locks. */
export async function killSession(connection: Connection, threadId: number, timeout: number): Promise<void> {
  await connection.query({ sql: `KILL ${threadId}`, timeout })
}

/** The settings by which this server takes no writes now, by name; empty when it takes them. `timeout` in ms. */
export async function readOnlySettings(pool: Pool, timeout: number): Promise<string[]> {
  const sql =
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only')"
  const [rows] = await pool.query<Variable[]>({ sql, timeout })
  return rows.filter(({ Value: value }) => value !== 'OFF').map(({ Variable_name: name }) => name)
}

/**
 * Every reason why this database can't be trusted with stock: each names the setting, its value and the legal one.
 * An empty list means that it can. Source of the list: Debezium's "Setting up MySQL", and MySQL's manual on
 * durability of InnoDB and the binary log together. Throws the Fault `database_unavailable` when it doesn't answer.
 */
export async function serverProblems(pool: Pool, demands: ServerDemands): Promise<string[]> {
  try {
    return await findProblems(pool, demands)
  } catch (error) {
    throw databaseFault(error)
  }
}

async function findProblems(pool: Pool, demands: ServerDemands): Promise<string[]> {
  const [versions] = await pool.query<RowDataPacket[]>('SELECT VERSION() AS version')
  const mariadb = /mariadb/i.test(String(versions[0]?.version))
  const settings = settingsWanted(demands, mariadb)
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT ${settings.map(({ name }) => `@@GLOBAL.${name} AS ${name}`).join(', ')}`,
  )
  const problems = settings
    .filter(({ name, ok }) => !ok(String(rows[0]?.[name])))
    .map(({ name, wanted }) => `${name} is ${String(rows[0]?.[name])}; it must be ${wanted}`)

  const [session] = await pool.query<RowDataPacket[]>('SELECT @@SESSION.transaction_isolation AS isolation')
  const isolation = String(session[0]?.isolation)
  if (isolation !== 'READ-COMMITTED') {
    problems.push(`transaction_isolation is ${isolation}; sessions must be READ-COMMITTED`)
  }
  return [...problems, ...(await levelProblems(pool, demands.migrations))]
}
