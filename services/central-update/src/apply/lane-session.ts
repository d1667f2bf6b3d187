import { Fault } from '@shelfwire/contracts'
import {
  type Connection,
  classifyError,
  connectLane,
  type DatabaseAddress,
  type Transaction,
  transact,
} from '@shelfwire/mysql'

/** The apply lane's own session, opened when it is needed and reopened after it was lost. */
export interface LaneSession {
  /** Runs `work` in one transaction. */
  transact<T>(work: (trx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Longer than the largest transaction's longest statement takes. A server that is silent for longer has stopped, its
 * disk is full, or the network drops its answers, which nothing else would show.
 */
const ANSWER_WITHIN_MS = 30_000

/**
 * A session that the server ends after 10 silent seconds: a process that is paused in the middle of a transaction
 * frees the cursors, and its replacement goes on. When it is the server that is silent, the session is given up, and
 * the next one reads from the cursors what became of its transaction.
 */
export function createLaneSession(
  address: DatabaseAddress,
  { answerWithinMs = ANSWER_WITHIN_MS }: { answerWithinMs?: number | undefined } = {},
): LaneSession {
  let connection: Connection | undefined

  function drop(): void {
    connection?.destroy()
    connection = undefined
  }

  return {
    async transact(work) {
      if (connection === undefined) {
        const opened = await connectLane(address, { answerWithinMs })
        // The server may end an idle session; the next transaction finds out and opens another.
        opened.on('error', () => {
          if (connection === opened) drop()
        })
        connection = opened
      }
      try {
        return await transact(connection, work, { answerWithinMs })
      } catch (error) {
        // After a deadlock or a refused statement the session is as good as before; after anything else it may not be.
        const trouble = classifyError(error)
        const isUncertain = error instanceof Fault && error.canRetry
        if (trouble === 'connection_lost' || trouble === 'unavailable' || isUncertain) drop()
        throw error
      }
    },
    async close() {
      await connection?.end().catch(() => {})
      connection = undefined
    },
  }
}
