import { TOOL_SESSION } from '@shelfwire/mysql'
import { type Connection, createConnection, type QueryOptions } from 'mysql2/promise'

export type ServerAddress = {
  host?: string
  port: number
  user: string
  password: string
  database?: string
}

/** How long the server may take for one statement, by default. */
const ANSWER_WITHIN_MS = 60_000

/** Opens one connection, uses it and closes it. No statement waits for longer than `answerWithinMs`. */
export async function askServer<T>(
  address: ServerAddress,
  use: (connection: Connection) => Promise<T>,
  { answerWithinMs = ANSWER_WITHIN_MS }: { answerWithinMs?: number } = {},
): Promise<T> {
  const connection = await createConnection({ host: '127.0.0.1', connectTimeout: 5000, ...address })
  try {
    limitStatements(connection, answerWithinMs)
    await connection.query(TOOL_SESSION)
    return await use(connection)
  } finally {
    connection.destroy()
  }
}

/** For every statement of the connection: one that takes longer fails, and the connection is closed. */
function limitStatements(connection: Connection, timeout: number): void {
  const query = connection.query.bind(connection)
  connection.query = ((asked: string | QueryOptions, values?: unknown[]) =>
    query(
      { timeout, ...(typeof asked === 'string' ? { sql: asked } : asked) },
      values,
    )) as Connection['query']
}
