import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from '@shelfwire/mysql'
import type { Difference } from './difference.ts'
import { judgeLevel, type Level } from './judge-level.ts'
import { comparePositions, placeName } from './position.ts'
import { centralLevels, levelsAt, storeLevels } from './stock-sql.ts'

/** Between two looks at rows that moved. */
const LOOK_AGAIN_MS = 50

export interface StockComparison {
  rows: number
  differences: Difference[]
}

/**
 * Compares every stock row of a store with central's, also while sales go on. The store is read first; central's
 * rows are then read again until each has reached what was read, and judged at the place where it stands. A row
 * that hasn't reached it by `deadline` (ms since 1970) is a difference.
 */
export async function compareStock(
  store: Pool,
  central: Pool,
  { storeId, deadline }: { storeId: string; deadline: number },
): Promise<StockComparison> {
  const atStore = await storeLevels(store)
  let atCentral = await centralLevels(central, storeId, 'all')
  const skus = [...new Set([...atStore.keys(), ...atCentral.keys()])]
  const differences: Difference[] = []
  for (let open = skus; ; atCentral = await centralLevels(central, storeId, open)) {
    const entries = await levelsAt(store, placesAhead(atCentral, atStore))
    const behind: string[] = []
    for (const sku of open) {
      const row = atCentral.get(sku)
      const entry = row && entries.get(placeName(row))
      const verdict = judgeLevel({ storeId, sku, atStore: atStore.get(sku), atCentral: row, entry })
      if (verdict === 'behind') behind.push(sku)
      else differences.push(...verdict)
    }
    open = behind
    if (open.length === 0) break
    if (Date.now() >= deadline) {
      differences.push(...open.map((sku) => neverCame(storeId, atStore.get(sku), atCentral.get(sku))))
      break
    }
    await pause(LOOK_AGAIN_MS)
  }
  return { rows: skus.length, differences }
}

function placesAhead(atCentral: Map<string, Level>, atStore: Map<string, Level>): Level[] {
  return [...atCentral.values()].filter((level) => {
    const read = atStore.get(level.sku)
    return read === undefined || comparePositions(level, read) > 0
  })
}

function neverCame(storeId: string, store: Level | undefined, central: Level | undefined): Difference {
  const where = store?.sku ?? central?.sku ?? ''
  return { storeId, where, field: 'seq', store: store?.seq ?? null, central: central?.seq ?? null }
}
