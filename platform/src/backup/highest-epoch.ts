import { Refused } from '../installation.ts'

/** What is known of the epochs in which a store has numbered entries; null for a source that can't be read. */
export type EpochWitnesses = {
  storeId: string
  /** The epoch in the head of the store's present database. */
  own: number | null
  /** The epoch of central's cursor, which counts only when a beat has proved it and nothing of the journal is unread. */
  central: number | null
  /** What the operator states: no epoch above this one was ever used. */
  stated?: number | undefined
}

/**
 * The highest epoch that may have been used. A store that opened one again would give the same numbers to other entries,
 * so a source that can't be read is never taken for "none": throws `Refused`, naming the source that must be up or the
 * option to state the epoch instead. A number that is too high does no harm: numbers between two epochs stay unused.
 */
export function highestEpoch({ storeId, own, central, stated }: EpochWitnesses): number {
  const silent = [
    ...(own === null ? [`mysql-${storeId} can't be read`] : []),
    ...(central === null ? [`central has not proved all that ${storeId} sent`] : []),
  ]
  if (silent.length > 0 && stated === undefined) {
    throw new Refused(
      `the highest epoch of ${storeId} is unknown: ${silent.join(', and ')}. Mend that and run this again, or name ` +
        'an epoch that it surely never went beyond: --above N',
    )
  }
  return Math.max(own ?? 0, central ?? 0, stated ?? 0)
}
