/** What the books say of one SKU, in whole units. */
export interface Level {
  onHand: number
  held: number
}

/** One row of `stock`: a level, the entry it stands at, and what people want to know of its past. */
export interface StockRow extends Level {
  sku: string
  epoch: number
  seq: number
  /** When goods last came with a receipt; null when they never did. */
  lastRestockedAtUs: number | null
  /** When the observer of the newest count looked; null when it was never counted. */
  countedAtUs: number | null
  /** The first entry recorded after that count although it had happened before it; null when there is none. */
  lateSeq: number | null
  updatedAtUs: number
}

/** Rows of `stock` to write, apart for those that are new and those that were found. */
export interface ChangedRows {
  created: StockRow[]
  updated: StockRow[]
}

/** By what two SKUs that differ only in case are the same. */
export function foldSku(sku: string): string {
  return sku.toLowerCase()
}
