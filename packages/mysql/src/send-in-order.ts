import type { Readable } from 'node:stream'
import type { Connection } from 'mysql2/promise'

/** What LOAD DATA LOCAL reads instead of a file. */
type FileOf = () => Readable

interface Waiting {
  sql: string
  file?: FileOf | undefined
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

export interface OrderedSession {
  /** The statement's result; `file` is what its LOAD DATA LOCAL reads. */
  send(sql: string, file?: FileOf): Promise<unknown>
  /** Keeps the statement until the next one is sent, ahead of it; should it fail, that one fails. */
  hold(sql: string): void
}

/** In characters, of at most four bytes: far below what a server takes (`max_allowed_packet`, 64 MiB in conf/mysql). */
const LONGEST_MESSAGE = 4_000_000

/**
 * Sends statements in the order in which they were handed over. Those that were handed over in one breath go as one
 * message where the session allows that: a server runs its statements one after the other and stops at the first that
 * fails ("Multiple Statement Execution Support", MySQL's manual). Everything that waits when a statement fails fails
 * with it and isn't run: by a deadlock the server has ended the transaction, and whatever came behind would be kept by
 * itself. `timeout`: how long the server may be silent about one message, in ms.
 */
export function sendInOrder(connection: Connection, timeout: number): OrderedSession {
  const together = connection.config.multipleStatements === true
  let waiting: Waiting[] = []
  /** Goes ahead of the next statement, which fails with it: nobody else is told. */
  let held: Waiting[] = []
  let busy = false

  /** The next message: statements as they come, a file's alone. */
  function takeMessage(): Waiting[] {
    let count = 0
    let length = 0
    for (const { sql, file } of waiting) {
      length += sql.length
      if (count > 0 && (!together || file !== undefined || length > LONGEST_MESSAGE)) break
      count += 1
      if (file !== undefined) break
    }
    const message = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return message
  }

  async function runMessage(message: readonly Waiting[]): Promise<unknown[]> {
    const sql = message.map((statement) => statement.sql).join(';\n')
    const infileStreamFactory = message[0]?.file
    const [results] = await connection.query({
      sql,
      timeout,
      ...(infileStreamFactory && { infileStreamFactory }),
    })
    return message.length === 1 ? [results] : (results as unknown[])
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const message = takeMessage()
      try {
        const results = await runMessage(message)
        for (const [index, { resolve }] of message.entries()) resolve(results[index])
      } catch (error) {
        for (const { reject } of [...message, ...waiting]) reject(error)
        waiting = []
      }
    }
    busy = false
  }

  return {
    send: (sql, file) =>
      new Promise((resolve, reject) => {
        waiting.push(...held, { sql, file, resolve, reject })
        held = []
        if (busy) return
        busy = true
        // After whatever else this breath hands over.
        queueMicrotask(sendAll)
      }),
    hold: (sql) => void held.push({ sql, resolve() {}, reject() {} }),
  }
}
