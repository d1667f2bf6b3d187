import { hash } from 'node:crypto'
import type { Entry } from '@shelfwire/contracts'

/** Eight bytes over all columns of an entry: a repeat with the same number and another hash is a divergence. */
export function contentHash(entry: Entry): Buffer {
  const { sku, holdId, reference, reason } = entry
  // JSON keeps null apart from an empty text, and one member apart from the next.
  const text = JSON.stringify([
    sku,
    entry.kind,
    entry.onHandDelta,
    entry.heldDelta,
    entry.onHand,
    entry.held,
    holdId,
    entry.caller,
    entry.requestId,
    reference,
    reason,
    entry.occurredAtUs,
    entry.recordedAtUs,
  ])
  return hash('sha256', text, 'buffer').subarray(0, 8)
}
