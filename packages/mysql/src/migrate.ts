import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@shelfwire/contracts'
import knex from 'knex'
import type { Connection as DriverSession } from 'mysql2'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { DatabaseAddress } from './config.ts'
import { mysqlCode } from './errors.ts'
import type { Pool } from './pool.ts'
import { DRIVER, MIGRATION_SESSION } from './session.ts'

/** How long a migration waits for another process's. */
const LOCK_WAIT_S = 120

/**
 * Matches migrations that processes of earlier versions can't run with. All others only add what those can ignore:
 * tables, indexes, columns that are nullable or have a default. The mark is in the name because the name, in
 * `knex_migrations`, is all that an earlier version sees.
 */
const BREAKING = /-breaking\.sql$/

export interface MigrateOptions extends DatabaseAddress {
  /** The folder of numbered `.sql` files, run in the order of their names, each once. */
  directory: string
  log?: (line: string) => void
}

/**
 * Brings a database to the level of `directory` and returns the names of the files that were run. MySQL can't roll
 * DDL back, so every statement must bear being run again after a kill (`IF NOT EXISTS`). A file that has been run
 * is never edited; what it once did is recorded by knex in `knex_migrations`. A database that a later version has
 * migrated further is left as it is; throws the Fault `database_newer` if this version can't run with it.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { directory, log = () => {}, ...connection } = options
  const database = knex({
    client: 'mysql2',
    connection: { ...DRIVER, ...connection, charset: 'utf8mb4', multipleStatements: false },
    // Two: the lock is held by a session of its own.
    pool: { min: 0, max: 2, afterCreate: beginSession },
  })
  try {
    return await withNamedLock(database, `shelfwire.${connection.database}`, async () => {
      // Files of later versions are missing here; whether this version can run with them is checked below.
      const settings = {
        ...{ migrationSource: sqlFiles(directory), disableTransactions: true },
        disableMigrationsListValidation: true,
      }
      await refuseBreaking(database, directory)
      // We hold our own lock, which ends with its session, so knex's lock row can only be left from a killed process.
      await database.migrate.forceFreeMigrationsLock(settings)
      const [, names]: [number, string[]] = await database.migrate.latest(settings)
      for (const name of names) log(`${connection.database}: ${name}`)
      return names
    })
  } finally {
    await database.destroy()
  }
}

/**
 * Why a process that knows the migrations of `directory` must not run on this database: files that haven't been run,
 * and files of later versions that broke with this one. Empty when it may run, also on a newer schema that only adds.
 */
export async function levelProblems(pool: Pool, directory: string): Promise<string[]> {
  const known = await fileNames(directory)
  const done = await migrationsDone(pool).catch((error): string[] => {
    if (mysqlCode(error) === 'ER_NO_SUCH_TABLE') return []
    throw error
  })
  const missing = known.filter((name) => !done.includes(name))
  return [
    ...(missing.length === 0
      ? []
      : [`migrations not run: ${missing.join(', ')}; run them before the service`]),
    ...breakingAmong(done, known).map(tooNew),
  ]
}

function breakingAmong(done: readonly string[], known: readonly string[]): string[] {
  return done.filter((name) => BREAKING.test(name) && !known.includes(name))
}

const tooNew = (name: string) =>
  `the database has ${name}, with which this version can't run; run the version that added it, or a later one`

async function refuseBreaking(database: knex.Knex, directory: string): Promise<void> {
  if (!(await database.schema.hasTable('knex_migrations'))) return
  const [rows = []]: { name: string }[][] = await database.raw('SELECT name FROM knex_migrations')
  const done = rows.map(({ name }) => name)
  const problems = breakingAmong(done, await fileNames(directory)).map(tooNew)
  if (problems.length > 0) throw new Fault('database_newer', problems.join('\n'), { canRetry: false })
}

/** The files that were run on this database, in the order of their names. */
export async function migrationsDone(connection: Connection | Pool): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT name FROM knex_migrations ORDER BY name')
  return rows.map((row) => String(row.name))
}

function beginSession(
  session: DriverSession,
  done: (error: Error | null, session: DriverSession) => void,
): void {
  session.query(MIGRATION_SESSION, (error) => done(error, session))
}

async function withNamedLock<T>(database: knex.Knex, name: string, work: () => Promise<T>): Promise<T> {
  const session = await database.client.acquireConnection()
  // MySQL caps a lock's name at 64 characters.
  const lock = `migrate.${createHash('sha1').update(name).digest('hex')}`
  const ask = (sql: string) => database.raw(sql, [lock]).connection(session)
  try {
    const [[row]] = await ask(`SELECT GET_LOCK(?, ${LOCK_WAIT_S}) AS got`)
    if (row.got !== 1) throw new Error(`another migration of ${name} has been running for ${LOCK_WAIT_S} s`)
    const result = await work()
    await ask('SELECT RELEASE_LOCK(?)')
    return result
  } finally {
    await database.client.releaseConnection(session)
  }
}

function sqlFiles(directory: string): knex.Knex.MigrationSource<string> {
  return {
    getMigrations: () => fileNames(directory),
    getMigrationName: (name) => name,
    async getMigration(name) {
      const statements = splitStatements(await readFile(join(directory, name), 'utf8'))
      return {
        async up(database) {
          for (const statement of statements) await database.raw(statement.replaceAll('?', '\\?'))
        },
        async down() {
          throw new Error(`${name} can't be undone: restore a backup instead`)
        },
      }
    },
  }
}

async function fileNames(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort()
}

/** The statements of a file in which each ends with `;` at the end of a line and comments begin with `--`. */
export function splitStatements(sql: string): string[] {
  return sql
    .replace(/^[ \t]*--.*\n?/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
