/** A ledger row of a run's sale, as central has it. */
export interface LedgerSale {
  requestId: string
  sku: string
  onHandDelta: number
  /** From the store's clock when it wrote the entry to central's when it applied it, in ms. */
  lagMs: number
}

/** What became of a run's sales in central's ledger. */
export interface Audit {
  /** Acknowledged by the store and not (wholly) in central's ledger. */
  lost: string[]
  /** In the ledger with more units than were sold, or though no answer acknowledged it. */
  repeated: string[]
  /** Of every entry, ascending. */
  lagsMs: number[]
}

/** Compares what a store acknowledged (`expected`: the units of each SKU by request id) with central's ledger. */
export function audit(
  expected: ReadonlyMap<string, ReadonlyMap<string, number>>,
  ledger: readonly LedgerSale[],
): Audit {
  const sold = new Map<string, Map<string, number>>()
  for (const { requestId, sku, onHandDelta } of ledger) {
    const units = sold.get(requestId) ?? new Map<string, number>()
    units.set(sku, (units.get(sku) ?? 0) - onHandDelta)
    sold.set(requestId, units)
  }
  const lost = [...expected].filter(([id, units]) => hasMore(units, sold.get(id))).map(([id]) => id)
  const repeated = [...sold].filter(([id, units]) => hasMore(units, expected.get(id))).map(([id]) => id)
  return { lost, repeated, lagsMs: ledger.map(({ lagMs }) => lagMs).sort((a, b) => a - b) }
}

function hasMore(units: ReadonlyMap<string, number>, than: ReadonlyMap<string, number> | undefined): boolean {
  return [...units].some(([sku, count]) => count > (than?.get(sku) ?? 0))
}

/** The value that `share` (0 to 1) of the ascending `sorted` are at or below (nearest rank); null of none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
