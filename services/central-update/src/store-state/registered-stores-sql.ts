import { combine, type Query, select, selectByKeys, type Transaction } from '@shelfwire/mysql'

/** A store as it was registered. */
export interface RegisteredStore {
  /** The one connector that its rows may come from. */
  connector: string
  /** The IANA zone of its days. */
  zone: string
}

/** Registered stores by id; a store that isn't registered is left out. */
export function readRegistered(storeIds: string[]): Query<Map<string, RegisteredStore>> {
  const registered = selectByKeys(storeIds, (slice) =>
    select<{ store_id: string } & RegisteredStore>(
      'SELECT store_id, connector, zone FROM stores WHERE store_id IN (?)',
      [slice],
    ),
  )
  return combine(
    [registered],
    ([rows]) => new Map(rows.map(({ store_id, connector, zone }) => [store_id, { connector, zone }])),
  )
}

/** The stores that these connectors belong to; a connector that isn't registered is left out. */
export async function readOwners(
  trx: Transaction,
  connectors: readonly string[],
): Promise<Map<string, string>> {
  const rows = await trx.rows<{ store_id: string; connector: string }>(
    'SELECT store_id, connector FROM stores WHERE connector IN (?)',
    [connectors],
  )
  return new Map(rows.map((row) => [row.connector, row.store_id]))
}
