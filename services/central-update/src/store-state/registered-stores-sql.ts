import { combine, type Query, select, selectByKeys, type Transaction } from '@shelfwire/mysql'

/**
 * The connector that each store's rows must come from, and the zone of its days, by store; a store that isn't registered
 * is left out.
 */
export function readRegistered(
  storeIds: string[],
): Query<{ connectors: Map<string, string>; zones: Map<string, string> }> {
  const registered = selectByKeys(storeIds, (slice) =>
    select<{ store_id: string; connector: string; zone: string }>(
      'SELECT store_id, connector, zone FROM stores WHERE store_id IN (?)',
      [slice],
    ),
  )
  return combine([registered], ([rows]) => ({
    connectors: new Map(rows.map((row) => [row.store_id, row.connector])),
    zones: new Map(rows.map((row) => [row.store_id, row.zone])),
  }))
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
