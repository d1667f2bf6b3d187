import { createPool, type DatabaseAddress, type RowDataPacket } from '@shelfwire/mysql'

/** A migration of a later version, which this one doesn't have. */
const LATER = '9001-more.sql'

/**
 * Brings a database ahead of the code, as a later version's migration would: one more nullable column in every table.
 * It stands in front, so that a statement which counts on the order of columns fails.
 */
export async function migrateFurther(root: DatabaseAddress): Promise<void> {
  const pool = createPool(root, { connections: 1 })
  try {
    const [tables] = await pool.query<RowDataPacket[]>(
      `SELECT table_schema AS owner, table_name AS name FROM information_schema.tables
       WHERE table_schema IN (?, ?) AND table_name NOT LIKE 'knex%'`,
      [root.database, `${root.database}_view`],
    )
    for (const { owner, name } of tables)
      await pool.query('ALTER TABLE ??.?? ADD COLUMN of_a_later_version VARCHAR(20) NULL FIRST', [
        owner,
        name,
      ])
    await pool.query(
      "INSERT INTO knex_migrations (name, batch, migration_time) VALUES (?, 9, '2030-01-01')",
      [LATER],
    )
  } finally {
    await pool.end()
  }
}

/** Brings a database behind the code: as if its newest migration hadn't been run. Returns that one's name. */
export async function forgetNewestMigration(root: DatabaseAddress): Promise<string> {
  const pool = createPool(root, { connections: 1 })
  try {
    const [[newest]] = await pool.query<RowDataPacket[]>(
      'SELECT MAX(name) AS name FROM knex_migrations WHERE name <> ?',
      [LATER],
    )
    await pool.query('DELETE FROM knex_migrations WHERE name = ?', [newest?.name])
    return String(newest?.name)
  } finally {
    await pool.end()
  }
}
