import type { JournalRecord } from './record.ts'

/** Who sends what: each store has one connector, and each connector one store. */
export interface Registered {
  /** By store. */
  connectors: ReadonlyMap<string, string>
  /** By connector, of those that {@link strangeConnectors} names. */
  owners: ReadonlyMap<string, string>
}

/** Connectors from which records came under the names of stores that aren't theirs. */
export function strangeConnectors(
  records: readonly JournalRecord[],
  connectors: ReadonlyMap<string, string>,
): string[] {
  const strange = new Set<string>()
  for (const { content } of records) {
    const { storeId, connector } = content
    if (connector !== null && connectors.get(storeId ?? '') !== connector) strange.add(connector)
  }
  return [...strange]
}

/**
 * The record as its connector shows it. One that came from another connector than the one of the store it names is a
 * bad one (I17), and the connector's owner is to blame: a store can't make another suspect, or halt its partition, by
 * naming it in its rows. A beat of that kind is only counted, for one comes every second.
 */
export function claim(record: JournalRecord, { connectors, owners }: Registered): JournalRecord {
  const { content } = record
  const { storeId, connector } = content
  const registered = connectors.get(storeId ?? '')
  if (connector === null || registered === connector) return record
  const owner = owners.get(connector)
  const reason =
    content.type === 'broken'
      ? content.reason
      : registered === undefined
        ? `unknown store: ${storeId} is not registered; it came from ${connector}`
        : `wrong connector: it came from ${connector}, ${storeId} has ${registered}`
  if (content.type === 'beat' || content.type === 'unclaimed_beat')
    return { ...record, content: { type: 'unclaimed_beat', storeId: null, connector, reason } }
  // Of a store that isn't registered yet its own name is kept: once it is, its beats settle what was parked.
  const blamed = owner ?? (registered === undefined ? storeId : null)
  const isForeign = registered !== undefined || owner !== undefined
  return { ...record, content: { type: 'broken', storeId: blamed, connector, reason, isForeign } }
}
