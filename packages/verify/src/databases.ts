import { createPool, type DatabaseAddress, type Pool } from '@shelfwire/mysql'

/** Every database of an installation. Only what compares may open both sides; services never do. */
export interface Databases extends AsyncDisposable {
  readonly central: Pool
  /** By store id. */
  readonly stores: ReadonlyMap<string, Pool>
}

export interface DatabaseAddresses {
  central: DatabaseAddress
  stores: ReadonlyMap<string, DatabaseAddress>
}

/** Comparing reads whole tables. */
const ANSWER_WITHIN_MS = 300_000

/** Opens pools on all of them; nothing is connected before it is asked. */
export function openDatabases(addresses: DatabaseAddresses): Databases {
  const open = (address: DatabaseAddress) =>
    createPool(address, { connections: 2, answerWithinMs: ANSWER_WITHIN_MS })
  const central = open(addresses.central)
  const stores = new Map([...addresses.stores].map(([storeId, address]) => [storeId, open(address)]))
  return {
    central,
    stores,
    async [Symbol.asyncDispose]() {
      await Promise.all([central, ...stores.values()].map((pool) => pool.end()))
    },
  }
}
