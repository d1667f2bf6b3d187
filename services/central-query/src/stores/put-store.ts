import { appendFeed, partOf } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import type { Store } from './store.ts'
import { insertStore, lockStore, selectOwnerOf, updateStore } from './stores-sql.ts'

export type PutStoreOutcome =
  | { outcome: 'created' | 'changed' | 'unchanged' }
  | { outcome: 'refused'; code: 'connector_taken'; connector: string; owner: string }

/**
 * A store as it is put: left out, its connector and zone stay; a new store's connector is then named like the store, and
 * its zone is UTC.
 */
export type StoreWish = Omit<Store, 'connector' | 'zone'> & {
  connector?: string | undefined
  zone?: string | undefined
}

/** The precision of a coordinate in the database: about a metre. */
const roundDegrees = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** Adds a store, or changes its name and place, not its stock and cursor. Putting the same again writes nothing. */
export async function putStore(trx: Transaction, wish: StoreWish, nowUs: number): Promise<PutStoreOutcome> {
  const before = await lockStore(trx, wish.storeId)
  const store = {
    ...wish,
    latitude: roundDegrees(wish.latitude),
    longitude: roundDegrees(wish.longitude),
    connector: wish.connector ?? before?.connector ?? wish.storeId,
    zone: wish.zone ?? before?.zone ?? 'UTC',
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
  const members = ['name', 'place', 'latitude', 'longitude', 'connector', 'zone'] as const
  return members.every((member) => before[member] === after[member])
}
