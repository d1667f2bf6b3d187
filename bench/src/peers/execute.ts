import type { Pool, RowDataPacket } from '@shelfwire/mysql'

/** Rows of a prepared statement, on whichever connection of the pool is free. */
export async function execute<Row extends RowDataPacket>(
  pool: Pool,
  sql: string,
  values: (string | number)[],
): Promise<Row[]> {
  const connection = await pool.getConnection()
  try {
    const [rows] = await connection.execute<Row[]>(sql, values)
    return rows
  } finally {
    connection.release()
  }
}
