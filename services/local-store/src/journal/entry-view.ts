import { ENTRY_KINDS, type Entry, isoOfUs } from '@shelfwire/contracts'
import { z } from 'zod'

/** An entry as every answer shows it. */
export const entryView = z
  .object({
    epoch: z.int(),
    seq: z.int().meta({ description: 'Its number in the store and epoch: 1, 2, 3 … without a gap.' }),
    sku: z.string().nullable(),
    kind: z.enum(ENTRY_KINDS),
    onHandDelta: z.int(),
    heldDelta: z.int(),
    onHand: z.int().meta({ description: 'Units of the SKU in the store after this entry.' }),
    held: z.int(),
    holdId: z.string().nullable(),
    requestId: z.string().meta({ description: 'The Idempotency-Key of the request that made it.' }),
    reference: z.string().nullable(),
    reason: z.string().nullable(),
    occurredAt: z.iso.datetime().meta({ description: 'By the clock of the till.' }),
    recordedAt: z.iso.datetime().meta({ description: 'By the clock of the store.' }),
  })
  .meta({ id: 'Entry', description: 'One immutable fact in the journal.' })

export type EntryView = z.infer<typeof entryView>

/** What a write is answered whose entries these are. */
export function viewRecorded(storeId: string, entries: readonly Entry[]) {
  return { storeId, entries: entries.map(viewEntry) }
}

export function viewEntry(entry: Entry): EntryView {
  const {
    epoch,
    seq,
    sku,
    kind,
    onHandDelta,
    heldDelta,
    onHand,
    held,
    holdId,
    requestId,
    reference,
    reason,
  } = entry
  return {
    ...{ epoch, seq, sku, kind, onHandDelta, heldDelta, onHand, held, holdId, requestId, reference, reason },
    occurredAt: isoOfUs(entry.occurredAtUs),
    recordedAt: isoOfUs(entry.recordedAtUs),
  }
}
