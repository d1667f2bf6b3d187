import type { Proof } from '@shelfwire/central'
import { problem, type Reply } from '@shelfwire/http'

const RETRY_AFTER_S = 1

/** Those of the wanted stores (all when undefined) that are being rebuilt, in the order of store ids. */
export function rebuildingStores(
  stores: ReadonlyMap<string, Proof>,
  wanted?: ReadonlySet<string> | readonly string[],
): string[] {
  const chosen = wanted === undefined ? undefined : new Set(wanted)
  const rebuilding: string[] = []
  for (const [storeId, proof] of stores) {
    if (proof.rebuilding && (chosen === undefined || chosen.has(storeId))) rebuilding.push(storeId)
  }
  return rebuilding.sort()
}

/** 503 when an answer would contain incomplete sums; undefined when no store is being rebuilt. */
export function refuseRebuilding(storeIds: readonly string[]): Reply | undefined {
  if (storeIds.length === 0) return undefined
  return problem({
    status: 503,
    code: 'rebuilding',
    detail: `central is being rebuilt from the journal of ${storeIds.join(', ')}; see /v1/freshness`,
    headers: { 'retry-after': String(RETRY_AFTER_S) },
  })
}
