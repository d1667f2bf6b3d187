/** What a projection keeps of each store in one batch. */
export interface ByStore<T> {
  /** Of this store; begun when it is asked for first. */
  of(storeId: string): T
  all(): T[]
}

/** Entries come in runs of one store, so the last one asked for is at hand: looking it up costs as much as applying. */
export function createByStore<T>(begin: () => T): ByStore<T> {
  const stores = new Map<string, T>()
  let lastId: string | undefined
  let last: T | undefined
  return {
    of(storeId) {
      if (last !== undefined && storeId === lastId) return last
      last = stores.get(storeId) ?? begin()
      lastId = storeId
      stores.set(storeId, last)
      return last
    },
    all: () => [...stores.values()],
  }
}
