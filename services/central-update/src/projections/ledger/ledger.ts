import type { Entry } from '@shelfwire/contracts'
import { known } from '@shelfwire/mysql'
import type { Projection, ProjectionBatch } from '../projection.ts'
import { createLedger } from './apply-ledger.ts'
import { insertLedger, readLedger } from './ledger-sql.ts'

/** `central_view.ledger`: every entry of every store, once. An entry that comes again is compared with it. */
export const ledger: Projection = {
  read: ({ part }) => known(batchOf(part)),
}

function batchOf(part: number): ProjectionBatch {
  const { load, added, ...applying } = createLedger()
  return {
    ...applying,
    async readMore(trx, { repeats }) {
      const groups = Map.groupBy(repeats, ({ storeId, epoch }) => `${storeId} ${epoch}`)
      for (const group of groups.values()) {
        const [{ storeId, epoch }] = group as [Entry]
        const seqs = group.map(({ seq }) => seq)
        for (const entry of await readLedger(trx, { part, storeId, epoch, seqs })) load(entry)
      }
    },
    write: (trx, { nowUs }) => insertLedger(trx, { part, entries: added(), nowUs }),
  }
}
