/** One value that a store and central don't agree on. `null`: that side has none. */
export interface Difference {
  storeId: string
  /** A SKU, or the place of an entry. */
  where: string
  field: string
  store: string | number | null
  central: string | number | null
}
