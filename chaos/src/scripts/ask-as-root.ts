import { createPool, type RowDataPacket } from '@shelfwire/mysql'
import { storeId } from '@shelfwire/platform'
import type { Stage } from '../stage.ts'

/** Runs statements on a store's server as its root, one after the other, as a person with a shell would; the last one's rows. */
export async function askAsRoot(
  { stack }: Stage,
  store: number,
  ...statements: string[]
): Promise<RowDataPacket[]> {
  const password = stack.secrets.databases[storeId(store)]?.root ?? ''
  const address = { host: '127.0.0.1', port: stack.ports.mysqlStore(store), user: 'root', password }
  const pool = createPool({ ...address, database: 'store' }, { connections: 1, answerWithinMs: 120_000 })
  try {
    let rows: RowDataPacket[] = []
    for (const statement of statements) [rows] = await pool.query<RowDataPacket[]>(statement)
    return rows
  } finally {
    await pool.end()
  }
}
