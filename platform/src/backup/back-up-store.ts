import { connect } from 'node:net'
import { migrationsDone, snapshotOn, TOOL_SESSION } from '@shelfwire/mysql'
import { type Connection, createConnection, escapeId, type SqlValue } from 'mysql2'
import type { RowDataPacket, Connection as Session } from 'mysql2/promise'
import type { ServerAddress } from '../database/ask-server.ts'
import { Refused } from '../installation.ts'
import { type BackupHeader, writeBackupFile } from './backup-file.ts'

/** About the characters in one statement: far below the server's limit, and many rows per round trip. */
const STATEMENT_LENGTH = 500_000
/** A server that sends nothing for so long, while rows are asked for, has stopped. */
const SILENT_MS = 60_000
/** What the restored server's own migrations write. */
const NOT_BACKED_UP = /^knex_/

export type BackupOptions = {
  storeId: string
  path: string
  now: () => Date
  /** For how long the server may send nothing, in ms; 60 s by default. */
  silentMs?: number
}

/**
 * Writes everything a store's database holds, as it is at one moment, into the file at `path`; the store sells on
 * meanwhile. Rows are streamed: memory doesn't grow with the journal. Throws `Refused` for another store's database, or none.
 */
export async function backUpStore(
  address: ServerAddress,
  { storeId, path, now, silentMs = SILENT_MS }: BackupOptions,
): Promise<BackupHeader> {
  const { host = '127.0.0.1', port } = address
  const stream = connect({ host, port, noDelay: true, keepAlive: true })
  stream.setTimeout(silentMs, () => stream.destroy(new Error(`mysql-${storeId} is silent`)))
  const connection = createConnection({
    ...{ connectTimeout: 5_000, ...address, stream },
    // Text: DATETIME(6) has microseconds, a JavaScript Date has not.
    ...{ dateStrings: true, supportBigNumbers: true },
  })
  connection.on('error', () => {})
  const session = connection.promise()
  try {
    await session.query(TOOL_SESSION)
    return await snapshotOn(session, async () => {
      const header = await readHeader(session, storeId, now())
      const tables = await tablesOf(session)
      const partitions = await partitionStatements(session)
      await writeBackupFile(path, header, allStatements(partitions, statementsOf(connection, tables)))
      return header
    })
  } catch (error) {
    const isDown = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
    throw isDown ? new Refused(`mysql-${storeId} isn't running: npm start comes first`) : error
  } finally {
    connection.destroy()
  }
}

async function readHeader(session: Session, storeId: string, now: Date): Promise<BackupHeader> {
  const [heads] = await session.query<RowDataPacket[]>(
    'SELECT store_id, epoch, next_seq - 1 AS seq, checksum FROM head',
  )
  const [head] = heads
  if (head === undefined || head.store_id !== storeId) {
    throw new Refused(`the database holds ${head === undefined ? 'no store' : head.store_id}, not ${storeId}`)
  }
  const { epoch, seq, checksum } = head
  const migrations = await migrationsDone(session)
  return { format: 1, storeId, epoch, seq: Number(seq), checksum, migrations, madeAt: now.toISOString() }
}

async function tablesOf(session: Session): Promise<string[]> {
  const [rows] = await session.query<RowDataPacket[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  )
  return rows.map(({ name }) => String(name)).filter((name) => !NOT_BACKED_UP.test(name))
}

async function* allStatements(first: string[], others: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* first
  yield* others
}

/** Gives the empty tables the partitions of these, so that each epoch is loaded into one of its own. */
async function partitionStatements(session: Session): Promise<string[]> {
  const [rows] = await session.query<RowDataPacket[]>(
    `SELECT TABLE_NAME AS tab, PARTITION_NAME AS name, PARTITION_METHOD AS method, PARTITION_EXPRESSION AS expression,
       PARTITION_DESCRIPTION AS below
     FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL
     ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION`,
  )
  return [...Map.groupBy(rows, ({ tab }) => String(tab))].map(([table, partitions]) => {
    const ranges = partitions.map(
      ({ name, below }) => `PARTITION ${escapeId(name)} VALUES LESS THAN (${below})`,
    )
    const by = `${partitions[0]?.method} (${partitions[0]?.expression})`
    return `ALTER TABLE ${escapeId(table)} PARTITION BY ${by} (${ranges.join(', ')});`
  })
}

async function* statementsOf(connection: Connection, tables: string[]): AsyncGenerator<string> {
  for (const table of tables) {
    let columns = ''
    let values: string[] = []
    let length = 0
    const statement = () => `INSERT INTO ${escapeId(table)} (${columns}) VALUES ${values.join(', ')};`
    const rows = connection.query(`SELECT * FROM ${escapeId(table)}`).stream()
    // The driver doesn't end the stream when its connection is lost; without this the backup would wait for ever.
    connection.once('error', (error) => rows.destroy(error))
    for await (const row of rows as AsyncIterable<Record<string, SqlValue>>) {
      columns ||= Object.keys(row)
        .map((column) => escapeId(column))
        .join(', ')
      // Line ends inside a text are escaped, so that a statement is one line.
      const text = `(${connection.escape(Object.values(row))})`
      values.push(text)
      length += text.length
      if (length < STATEMENT_LENGTH) continue
      yield statement()
      values = []
      length = 0
    }
    if (values.length > 0) yield statement()
  }
}
