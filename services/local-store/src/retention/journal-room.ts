import { doChores, type Pool, type Reader, readPartitions } from '@shelfwire/mysql'
import { epochRanges, roomFor } from './decide-epochs.ts'
import { firstEpochFrom } from './retention-sql.ts'

/** The journal in the store's database. */
export const JOURNAL = { schema: 'store', table: 'journal' }

/**
 * Makes the partition that `epoch` begins in, unless it is there. `maintenance` is the pool of the user who may. Throws
 * when the last partition, which must be split for that, isn't empty: the server would copy its rows, and the tills
 * would wait.
 */
export async function makeRoom(maintenance: Pool, reader: Reader, epoch: number): Promise<void> {
  const partitions = await readPartitions(maintenance, JOURNAL)
  const chores = roomFor(epoch, partitions)
  if (chores.add.length === 0) return
  const newest = epochRanges(partitions).at(-1)?.below ?? 0
  const stray = await firstEpochFrom(reader, newest)
  if (stray !== undefined)
    throw new Error(`the journal's last partition holds entries of epoch ${stray}, so it can't be split`)
  await doChores(maintenance, JOURNAL, { ...chores, partitions })
}
