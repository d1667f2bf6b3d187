import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  MAX_CALLER_LENGTH,
  MAX_HOLD_ID_LENGTH,
  MAX_KEY_LENGTH,
  MAX_REASON_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SKU_LENGTH,
} from '@shelfwire/contracts'
import type { DatabaseAddress } from '@shelfwire/mysql'
import {
  createPool,
  inTransaction,
  levelProblems,
  migrate,
  mysqlCode,
  type RowDataPacket,
} from '@shelfwire/mysql'
import { revokeOldRights } from '@shelfwire/platform'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testFlavour } from './flavour.ts'
import { freshDatabase } from './fresh-database.ts'

const CONF = join(import.meta.dirname, '../../../conf/migrations')

/** Every table of some schemas as its server would make it again; partitions come and go, so they are left out. */
async function showTables(root: DatabaseAddress, schemas: string[]): Promise<string> {
  const pool = createPool(root, { connections: 1 })
  try {
    const [tables] = await pool.query<RowDataPacket[]>(
      `SELECT TABLE_SCHEMA AS owner, TABLE_NAME AS name FROM information_schema.TABLES
       WHERE TABLE_SCHEMA IN (?) AND TABLE_NAME NOT LIKE 'knex%' ORDER BY 1, 2`,
      [schemas],
    )
    const texts: string[] = []
    for (const { owner, name } of tables) {
      const [rows] = await pool.query<RowDataPacket[]>('SHOW CREATE TABLE ??.??', [owner, name])
      texts.push(String(rows[0]?.['Create Table']).replace(/\n(\/\*!50\d+)? PARTITION BY[\s\S]*$/, ''))
    }
    return `${texts.join(';\n\n')};\n`
  } finally {
    await pool.end()
  }
}

describe('an empty database, migrated', () => {
  test.each([
    ['local-store', ['store']],
    ['central', ['central', 'central_view']],
  ] as const)('migrating an empty database makes the tables of %s as in tables/', async (owner, schemas) => {
    const { root } = await freshDatabase(owner)
    await expect(await showTables(root, [...schemas])).toMatchFileSnapshot(
      testFlavour() === 'mysql' ? `tables/${owner}.sql` : `tables/${owner}.mariadb.sql`,
    )
  })

  test.each([
    ['local-store', 'journal'],
    ['local-store', 'replays'],
    ['central', 'ledger'],
  ] as const)(
    'the database of %s has room in %s for the longest texts of a request',
    async (owner, table) => {
      const { root } = await freshDatabase(owner)
      const pool = createPool(root, { connections: 1 })
      // Of a VARCHAR this is the number of code points, not of bytes.
      const [columns] = await pool.query<RowDataPacket[]>(
        `SELECT COLUMN_NAME AS name, CHARACTER_MAXIMUM_LENGTH AS length FROM information_schema.COLUMNS
       WHERE TABLE_NAME = ? AND CHARACTER_SET_NAME = 'utf8mb4'`,
        [table],
      )
      await pool.end()
      expect(Object.fromEntries(columns.map(({ name, length }) => [name, length]))).toMatchObject({
        sku: MAX_SKU_LENGTH,
        caller: MAX_CALLER_LENGTH,
        request_id: MAX_KEY_LENGTH,
        hold_id: MAX_HOLD_ID_LENGTH,
        reference: MAX_REFERENCE_LENGTH,
        reason: MAX_REASON_LENGTH,
      })
    },
  )

  test('a migrated database is at the current level, and migrating it again runs nothing', async () => {
    const { root, service } = await freshDatabase('local-store')
    const directory = join(CONF, 'local-store')
    const pool = createPool(service, { connections: 1 })
    expect(await levelProblems(pool, directory)).toEqual([])
    expect(await migrate({ ...root, directory })).toEqual([])
    await pool.end()
  })

  test('a database of a later version is left as it is when it only adds, and refused when it breaks this version', async () => {
    const { root } = await freshDatabase('local-store')
    const directory = join(CONF, 'local-store')
    const pool = createPool(root, { connections: 1 })
    const add = (name: string) =>
      pool.query('INSERT INTO knex_migrations (name, batch, migration_time) VALUES (?, 9, ?)', [
        name,
        '2030-01-01',
      ])
    await add('9001-more.sql')
    expect(await levelProblems(pool, directory)).toEqual([])
    expect(await migrate({ ...root, directory })).toEqual([])
    await add('9002-other-numbers-breaking.sql')
    const problem = expect.stringContaining('the database has 9002-other-numbers-breaking.sql')
    expect(await levelProblems(pool, directory)).toEqual([problem])
    await expect(migrate({ ...root, directory })).rejects.toMatchObject({
      code: 'database_newer',
      message: problem,
    })
    await pool.end()
  })

  test('that another session reads is not migrated for 5 s, then the migration fails and can be run again', async () => {
    const { root } = await freshDatabase('local-store')
    const directory = await mkdtemp(join(tmpdir(), 'migrations-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await writeFile(join(directory, '9001-more.sql'), 'ALTER TABLE stock ADD COLUMN more INT NULL;\n')
    const pool = createPool(root, { connections: 1 })
    const reader = await pool.getConnection()
    await reader.beginTransaction()
    await reader.query('SELECT * FROM stock')
    const began = performance.now()
    await expect(migrate({ ...root, directory })).rejects.toThrow(/Lock wait timeout exceeded/)
    expect(performance.now() - began).toBeLessThan(9_000)
    await reader.rollback()
    reader.release()
    expect(await migrate({ ...root, directory })).toEqual(['9001-more.sql'])
    await pool.end()
  })

  test.each(['local-store', 'central'] as const)(
    'every statement of a migration of %s can be run again after a kill',
    async (owner) => {
      const { root } = await freshDatabase(owner)
      const pool = createPool(root, { connections: 1 })
      const levels = 'SELECT name FROM knex_migrations ORDER BY name'
      const [before] = await pool.query<RowDataPacket[]>(levels)
      await pool.query('DELETE FROM knex_migrations')
      await migrate({ ...root, directory: join(CONF, owner) })
      expect((await pool.query<RowDataPacket[]>(levels))[0]).toEqual(before)
      await pool.end()
    },
  )

  test('the service may insert into the journal, but not update or delete entries', async () => {
    const { service } = await freshDatabase('local-store')
    const pool = createPool(service, { connections: 1 })
    for (const statement of [
      'UPDATE journal SET on_hand = 0',
      'DELETE FROM journal',
      'TRUNCATE journal',
      'DROP TABLE stock',
    ]) {
      const refused = await pool.query(statement).then(() => 'done', mysqlCode)
      expect({ statement, refused }).toEqual({ statement, refused: expect.stringMatching(/DENIED/) })
    }
    await pool.end()
  })

  test.each([
    [
      'query',
      [
        'UPDATE cursors SET as_of = 0',
        "INSERT INTO stock VALUES (0, 'a', 'b', 1, 0, 0, 1, 1, NOW(6))",
        'DELETE FROM halts',
        "INSERT INTO commands VALUES (0, 'a', 1, 1, 'x', NULL, '', NOW(6), 0)",
        'DELETE FROM central_view.feed',
        'ALTER TABLE central_view.feed DROP PARTITION feed_open',
        'DROP TABLE central_view.feed',
      ],
    ],
    [
      'service',
      [
        'DELETE FROM products',
        'UPDATE margins SET units = 0',
        "UPDATE stores SET connector = 'x'",
        'DELETE FROM central_view.ledger',
        'ALTER TABLE central_view.feed DROP PARTITION feed_open',
        'DROP TABLE central_view.feed',
      ],
    ],
  ] as const)("lets central's user %s do no more than its service must", async (user, statements) => {
    const { root, server, ...addresses } = await freshDatabase('central')
    // An installation of before, when both services had one user, who might do all of this.
    const old = createPool(root, { connections: 1 })
    await old.query("GRANT ALL ON central.products TO 'service'@'127.0.0.1'")
    await old.query("GRANT ALTER, DROP, CREATE ON central_view.feed TO 'service'@'127.0.0.1'")
    await old.end()
    await revokeOldRights(server)
    const pool = createPool(addresses[user], { connections: 1 })
    for (const statement of statements) {
      const refused = await pool.query(statement).then(() => 'done', mysqlCode)
      expect({ statement, refused }).toEqual({ statement, refused: expect.stringMatching(/DENIED/) })
    }
    await pool.end()
  })
})

describe("the connectors' user", () => {
  test.each([
    ['local-store', 'store', ['heartbeats', 'journal', 'replays'], 'requests'],
    ['central', 'central', ['commands'], 'products'],
  ] as const)(
    'the user of the connector of %s sees the captured tables and no others',
    async (owner, schema, captured, other) => {
      const { root, cdc, server } = await freshDatabase(owner)
      // As an earlier version had it: the whole schema.
      const asRoot = createPool(root, { connections: 1 })
      await asRoot.query(`GRANT SELECT ON ${schema}.* TO 'cdc'@'127.0.0.1'`)
      await asRoot.end()
      await revokeOldRights(server)
      const pool = createPool(cdc, { connections: 1 })
      const [tables] = await pool.query<RowDataPacket[]>('SHOW TABLES')
      expect(tables.flatMap((row) => Object.values(row)).sort()).toEqual(captured)
      for (const table of captured) {
        await pool.query(`SELECT * FROM ${table}`)
        await pool.query(`SHOW CREATE TABLE ${table}`)
      }
      await expect(pool.query(`SELECT * FROM ${other}`)).rejects.toMatchObject({
        code: 'ER_TABLEACCESS_DENIED_ERROR',
      })
      await pool.end()
    },
  )
})

test('of two transactions in a deadlock both are done: the one that MySQL rolls back is run again', async () => {
  const { root } = await freshDatabase('central')
  const pool = createPool(root, { connections: 4 })
  await pool.query("INSERT INTO command_heads (part, store_id, next_number) VALUES (0, 'a', 0), (0, 'b', 0)")
  const addOne = (first: string, second: string) =>
    inTransaction(pool, async (trx) => {
      for (const storeId of [first, second]) {
        await trx.run(
          'UPDATE command_heads SET next_number = next_number + 1 WHERE part = 0 AND store_id = ?',
          [storeId],
        )
      }
    })
  await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 ? addOne('a', 'b') : addOne('b', 'a'))),
  )
  const [rows] = await pool.query<RowDataPacket[]>('SELECT next_number FROM command_heads ORDER BY store_id')
  expect(rows.map((row) => row.next_number)).toEqual([40, 40])
  await pool.end()
})
