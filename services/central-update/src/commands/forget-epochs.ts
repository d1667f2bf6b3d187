import { appendCommands, lockCommandHead } from '@shelfwire/central'
import type { ForgetEpochsBody } from '@shelfwire/contracts'
import type { Pool } from '@shelfwire/mysql'
import { forEachStore } from '../store-state/for-each-store.ts'
import { hasForgetEpochs, selectStoresToForgetEpochs } from './commands-sql.ts'

/**
 * Tells each store that stands in an epoch above its first without a doubt that the epochs below are needed no more, so
 * that it may drop them once they are old. Once for each epoch, and again when the command has been dropped: a store
 * that was restored may have forgotten it. Returns who was told, and what.
 */
export async function sendForgetEpochs(
  pool: Pool,
  nowUs: number,
): Promise<{ storeId: string; below: number }[]> {
  return forEachStore(
    pool,
    (part) => selectStoresToForgetEpochs(pool, part),
    // Checked again behind the cursor's lock, so that two processes don't both send it.
    async (trx, { part, storeId, cursor }) => {
      if (cursor === undefined || !cursor.opened || cursor.suspect !== null) return null
      const reference = `epoch-${cursor.epoch}`
      if (await hasForgetEpochs(trx, { part, storeId, reference })) return null
      if ((await lockCommandHead(trx, storeId)).stopped) return null
      const body = { below: cursor.epoch } satisfies ForgetEpochsBody
      await appendCommands(trx, { commands: [{ storeId, kind: 'forget_epochs', reference, body }], nowUs })
      return { storeId, below: cursor.epoch }
    },
  )
}
