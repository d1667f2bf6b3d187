import type { Command } from '@shelfwire/contracts'
import type { Decoded } from '@shelfwire/kafka'

/**
 * The command in a record of central's outbox, whose body the router calls `payload`. Null when not even its number
 * can be read: then there is nothing to answer. Other faults are left for the lane, which refuses by number. `key` is
 * the record's: it names the store too, and is what counts in records that were written before the value did.
 */
export function parseCommand(decoded: Decoded, key: Buffer | null): Command | null {
  if (!decoded.ok) return null
  const {
    store_id: storeId,
    era,
    number,
    attempt,
    kind,
    reference,
    payload,
    issued_at: issuedAtUs,
  } = decoded.fields
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return null
  return {
    storeId: typeof storeId === 'string' ? storeId : (key?.toString() ?? ''),
    // Of a central that knows no eras.
    era: typeof era === 'number' ? era : 0,
    number,
    attempt: typeof attempt === 'number' ? attempt : 0,
    kind: typeof kind === 'string' ? kind : '',
    reference: typeof reference === 'string' ? reference : null,
    body: typeof payload === 'string' ? payload : '',
    issuedAtUs: typeof issuedAtUs === 'number' ? issuedAtUs : 0,
  }
}
