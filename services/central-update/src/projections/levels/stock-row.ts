/** One row of `stock`, as far as the store decides it: `pending`, which central has promised, is not part of it. */
export interface StockRow {
  storeId: string
  sku: string
  onHand: number
  held: number
  epoch: number
  seq: number
  updatedAtUs: number
}

/** A level's key; levels are locked in the order of (SKU, store). */
export type StockKey = Pick<StockRow, 'sku' | 'storeId'>
