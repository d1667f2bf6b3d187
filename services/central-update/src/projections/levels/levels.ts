import { combine, known, type Transaction } from '@shelfwire/mysql'
import type { BatchScope, Projection, ProjectionBatch } from '../projection.ts'
import { createLevels } from './apply-levels.ts'
import type { StockKey, StockRow } from './stock-row.ts'
import { lockManyStock, lockStock, saveStock, selectSkusOfStore } from './stock-sql.ts'
import { type TouchedLevels, touchedLevels } from './touched-levels.ts'

/**
 * `stock`: each store's levels as its newest entry of each SKU says, and the checksum over them that proves at each beat
 * that both databases are equal.
 */
export const levels: Projection = {
  read(scope) {
    const touched = touchedLevels(scope.entries)
    // Which levels a store that opens an epoch has can only be read behind its cursor's lock; all are locked there.
    const reading =
      touched.opening.length > 0 ? known([]) : lockStock({ part: scope.part, keys: touched.keys })
    return combine([reading], ([rows]) => batchOf(scope, touched, rows))
  },
}

function batchOf({ part }: BatchScope, touched: TouchedLevels, rows: readonly StockRow[]): ProjectionBatch {
  const { load, changed, ...applying } = createLevels()
  let changes: ReturnType<typeof changed> = { known: [], unknown: [] }
  load(rows)
  return {
    ...applying,
    async readMore(trx) {
      if (touched.opening.length === 0) return
      load(await lockManyStock(trx, { part, keys: await allKeys(trx, part, touched) }))
    },
    async write(trx) {
      changes = changed()
      await saveStock(trx, part, changes)
    },
    feed() {
      const stock = [...changes.known, ...changes.unknown].map(
        ({ storeId, sku, onHand, held, updatedAtUs }) => ({
          ...{ storeId, sku, onHand, held, updatedAtUs },
        }),
      )
      return { stock }
    },
  }
}

/** The keys with those of every level that the opening stores have, to which no one adds behind their cursors' locks. */
async function allKeys(trx: Transaction, part: number, touched: TouchedLevels): Promise<StockKey[]> {
  const opening = new Set(touched.opening)
  const keys = touched.keys.filter(({ storeId }) => !opening.has(storeId))
  for (const storeId of opening) {
    const named = touched.keys.filter((key) => key.storeId === storeId).map(({ sku }) => sku)
    const skus = new Set([...named, ...(await selectSkusOfStore(trx, { part, storeId }))])
    for (const sku of skus) keys.push({ sku, storeId })
  }
  return keys
}
