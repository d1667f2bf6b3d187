import type { Entry } from '@shelfwire/contracts'
import { planBatch } from '../apply/plan-batch.ts'
import { createLedger } from '../projections/ledger/apply-ledger.ts'
import { createLevels } from '../projections/levels/apply-levels.ts'
import type { StockRow } from '../projections/levels/stock-row.ts'
import type { JournalRecord } from '../records/record.ts'
import { newCursor, type StoreState } from '../store-state/store-state.ts'
import { NOON_US } from './sample-store.ts'

/** What central would keep of one store, without a database: for the rules' own tests. */
export function centralInMemory(storeId: string) {
  let state: StoreState = { cursor: newCursor(storeId, NOON_US), gaps: [], zone: 'UTC' }
  const stock = new Map<string, StockRow>()
  const recorded = new Map<string, Entry>()
  const counts = { applied: 0, duplicate: 0, parked: 0 }
  const write = async () => {}
  return {
    state: () => ({ ...state, stock, recorded }),
    /** Whether an entry of this number, `epoch.seq`, is in the ledger. */
    recorded,
    counts,
    apply(records: readonly JournalRecord[], nowUs = NOON_US) {
      const levels = createLevels()
      levels.load([...stock.values()])
      const ledger = createLedger()
      for (const entry of recorded.values()) ledger.load(entry)
      const plan = planBatch({
        records,
        stores: new Map([[storeId, state]]),
        projections: [
          { ...levels, write },
          { ...ledger, write },
        ],
        parkedBefore: new Set(),
        halted: new Map(),
        badRuns: new Map(),
        nowUs,
        latestPingUs: nowUs,
      })
      const [result] = plan.stores
      if (result === undefined) throw new Error('a store was given, so there is a result')
      state = result.after
      const { known, unknown } = levels.changed()
      for (const row of [...known, ...unknown]) stock.set(row.sku, row)
      for (const entry of ledger.added()) {
        const number = `${entry.epoch}.${entry.seq}`
        if (recorded.has(number)) throw new Error(`${number} is in the ledger twice`)
        recorded.set(number, entry)
      }
      counts.applied += plan.counts.applied
      counts.duplicate += plan.counts.duplicate
      counts.parked += plan.counts.parked
      return plan
    },
  }
}
