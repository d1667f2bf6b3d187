import { TOOL_SESSION } from '@shelfwire/mysql'
import { type Connection, createConnection } from 'mysql2/promise'

export type ServerAddress = {
  host?: string
  port: number
  user: string
  password: string
  database?: string
}

/** Opens one connection, uses it and closes it. */
export async function askServer<T>(
  address: ServerAddress,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({ host: '127.0.0.1', connectTimeout: 5000, ...address })
  try {
    await connection.query({ sql: TOOL_SESSION, timeout: 10_000 })
    return await use(connection)
  } finally {
    connection.destroy()
  }
}
