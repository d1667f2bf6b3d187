import { planBatch } from '../apply/plan-batch.ts'
import type { JournalRecord } from '../records/record.ts'
import { entryKey, newCursor, type StoreState } from '../store-state/store-state.ts'
import { NOON_US } from './sample-store.ts'

/** What central would keep of one store, without a database: for the rules' own tests. */
export function centralInMemory(storeId: string) {
  let state: StoreState = {
    cursor: newCursor(storeId, NOON_US),
    gaps: [],
    stock: new Map(),
    recorded: new Map(),
  }
  const applied = new Set<string>()
  const counts = { applied: 0, duplicate: 0, parked: 0 }
  return {
    state: () => state,
    /** Numbers in the ledger, as `epoch.seq`. */
    applied,
    counts,
    apply(records: readonly JournalRecord[], nowUs = NOON_US) {
      const plan = planBatch({
        records,
        stores: new Map([[storeId, state]]),
        parkedBefore: new Set(),
        halted: new Map(),
        badRuns: new Map(),
        nowUs,
        latestPingUs: nowUs,
      })
      const [result] = plan.stores
      if (result === undefined) throw new Error('a store was given, so there is a result')
      const { cursor, gaps, ledger, changedStock } = result.after
      const stock = new Map(state.stock)
      for (const row of changedStock) stock.set(row.sku, row)
      const recorded = new Map(state.recorded)
      for (const entry of ledger) {
        if (applied.has(entryKey(entry))) throw new Error(`${entryKey(entry)} is in the ledger twice`)
        applied.add(entryKey(entry))
        recorded.set(entryKey(entry), entry)
      }
      state = { cursor, gaps, stock, recorded }
      counts.applied += plan.counts.applied
      counts.duplicate += plan.counts.duplicate
      counts.parked += plan.counts.parked
      return plan
    },
  }
}
