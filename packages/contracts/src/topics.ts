/** Entries, beats and replays of every store, keyed by store id, so that each store's records stay in order. */
export const JOURNAL_TOPIC = 'stock.journal'
/** Central's clock readings, one message for all stores. */
export const PINGS_TOPIC = 'store.pings'

/** Central's numbered commands to one store. One partition: they are done in order. */
export function commandsTopic(storeId: string): string {
  return `store.commands.${storeId}`
}
