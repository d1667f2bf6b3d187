import { fillDropped } from '@shelfwire/central'
import type { Pool } from '@shelfwire/mysql'
import { forEachStore } from '../store-state/for-each-store.ts'
import type { Cursor } from '../store-state/store-state.ts'
import { selectStoresWithoutNext } from './commands-sql.ts'
import { RESEND_AFTER_US } from './resend-open.ts'

/**
 * A store that was restored counts fewer commands done than central had dropped as done, and would wait for them for
 * ever: they are given again, see {@link fillDropped}. Returns which stores that was, and how many commands.
 */
export async function refillDroppedCommands(
  pool: Pool,
  nowUs: number,
): Promise<{ storeId: string; commands: number }[]> {
  return forEachStore(
    pool,
    (part) => selectStoresWithoutNext(pool, { part, unmovedSinceUs: nowUs - RESEND_AFTER_US }),
    async (trx, { storeId, cursor }) => {
      if (cursor === undefined || !isCountKnown(cursor)) return null
      const commands = await fillDropped(trx, { storeId, nowUs })
      return commands === 0 ? null : { storeId, commands }
    },
  )
}

/** At the beginning of an epoch the count is 0 until a beat says it; then a ping that was sent later is answered. */
function isCountKnown({ answeredPingUs, commandsMovedAtUs }: Cursor): boolean {
  return answeredPingUs > commandsMovedAtUs
}
