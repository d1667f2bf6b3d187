import type { Readable } from 'node:stream'
import type { Connection } from 'mysql2/promise'

/** A statement with its values in place. */
interface Outgoing {
  sql: string
  /** Opens what its LOAD DATA LOCAL reads instead of a file. */
  file?: (() => Readable) | undefined
}

export interface OrderedSession {
  /**
   * Sends what was deferred and then `statements`, in this order; resolves to the results of `statements`. The first
   * that fails rejects the call, and nothing behind it is run.
   */
  send(statements: readonly Outgoing[]): Promise<unknown[]>
  /** Keeps a statement until the next `send`, ahead of its statements; if it fails, that `send` rejects. */
  defer(sql: string): void
  /** Refuses every further statement, also those of a `send` under way that no message was sent for yet. */
  end(): void
}

/** In characters, of at most four bytes: far below what a server takes (`max_allowed_packet`, 64 MiB in conf/mysql). */
const LONGEST_MESSAGE = 4_000_000
/** Words of a statement that say which it is: `INSERT INTO journal`. */
const TELLING_WORDS = 3

/**
 * Sends the statements of one transaction. Those of one call go as one message where the session allows that: a server
 * runs its statements one after the other and stops at the first that fails ("Multiple Statement Execution Support",
 * MySQL's manual). On other sessions they go one by one and end likewise. A call while another is under way is refused:
 * if the first ended in a deadlock, the server would have ended the transaction and would commit the second by itself.
 * `timeout`: how long the server may be silent about one message, in ms.
 */
export function sendInOrder(connection: Connection, timeout: number): OrderedSession {
  const severalInOne = connection.config.multipleStatements === true
  let deferred: Outgoing[] = []
  let busy = false
  let ended = false

  async function runMessage(message: readonly Outgoing[]): Promise<unknown[]> {
    if (ended) throw new Error('the transaction is over')
    const sql = message.map((statement) => statement.sql).join(';\n')
    const infileStreamFactory = message[0]?.file
    try {
      const [results] = await connection.query({
        sql,
        timeout,
        ...(infileStreamFactory && { infileStreamFactory }),
      })
      return message.length === 1 ? [results] : (results as unknown[])
    } catch (error) {
      if (error instanceof Error && message.length > 1)
        error.message += ` (in one message: ${namesOf(message)})`
      throw error
    }
  }

  return {
    async send(statements) {
      if (busy) throw new Error('a transaction runs one call at a time: use together, or await the first')
      busy = true
      const outgoing = [...deferred, ...statements]
      deferred = []
      const results: unknown[] = []
      try {
        for (const message of messagesOf(outgoing, severalInOne)) results.push(...(await runMessage(message)))
      } finally {
        busy = false
      }
      return results.slice(outgoing.length - statements.length)
    },
    defer: (sql) => void deferred.push({ sql }),
    end() {
      ended = true
    },
  }
}

/** Statements as messages: as many together as the session and the length allow, one with a file by itself. */
function messagesOf(statements: readonly Outgoing[], severalInOne: boolean): Outgoing[][] {
  const messages: Outgoing[][] = []
  let length = 0
  for (const statement of statements) {
    const last = messages.at(-1)
    const fits = length + statement.sql.length <= LONGEST_MESSAGE
    const alone = statement.file !== undefined || last?.[0]?.file !== undefined
    if (last !== undefined && severalInOne && fits && !alone) {
      last.push(statement)
      length += statement.sql.length
    } else {
      messages.push([statement])
      length = statement.sql.length
    }
  }
  return messages
}

/** The driver doesn't say which statement of a message failed: this names all that were in it. */
function namesOf(message: readonly Outgoing[]): string {
  return message.map(({ sql }) => sql.trim().split(/\s+/, TELLING_WORDS).join(' ')).join('; ')
}
