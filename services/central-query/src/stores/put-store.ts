import { appendFeed, partOf } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import type { Store } from './store.ts'
import { insertStore, lockStore, selectOwnerOf, updateStore } from './stores-sql.ts'

export type PutStoreOutcome =
  | { outcome: 'created' | 'changed' | 'unchanged' }
  | { outcome: 'refused'; code: 'connector_taken'; connector: string; owner: string }

/** A store as it is put: left out, its connector stays, and of a new store it is named like the store. */
export type StoreWish = Omit<Store, 'connector'> & { connector?: string | undefined }

/** What the database keeps of a coordinate: a metre. */
const roundDegrees = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** A store joins, or is named and placed anew; its stock and cursor aren't touched. Saying the same again writes nothing. */
export async function putStore(trx: Transaction, wish: StoreWish, nowUs: number): Promise<PutStoreOutcome> {
  const before = await lockStore(trx, wish.storeId)
  const store = {
    ...wish,
    latitude: roundDegrees(wish.latitude),
    longitude: roundDegrees(wish.longitude),
    connector: wish.connector ?? before?.connector ?? wish.storeId,
  }
  if (before !== undefined && isSame(before, store)) return { outcome: 'unchanged' }
  const owner = await selectOwnerOf(trx, store.connector)
  if (owner !== undefined && owner !== store.storeId)
    return { outcome: 'refused', code: 'connector_taken', connector: store.connector, owner }

  if (before === undefined) await insertStore(trx, store, nowUs)
  else await updateStore(trx, store, nowUs)
  const part = partOf(store.storeId)
  appendFeed(trx, { part, changes: { stores: [{ storeId: store.storeId }] }, nowUs })
  return { outcome: before === undefined ? 'created' : 'changed' }
}

function isSame(before: Store, after: Store): boolean {
  const members = ['name', 'place', 'latitude', 'longitude', 'connector'] as const
  return members.every((member) => before[member] === after[member])
}
