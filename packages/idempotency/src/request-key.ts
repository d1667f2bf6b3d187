import { hash } from 'node:crypto'

/** Names one intended write: an `Idempotency-Key`, which is the caller's own. */
export interface RequestKey {
  caller: string
  /** The caller's Idempotency-Key. */
  requestId: string
}

/** A request with its key. */
export interface KeyedRequest extends RequestKey {
  /** Tells a request that is sent again from another one with the same key; see {@link fingerprintOf}. */
  fingerprint: Buffer
}

const FINGERPRINT_BYTES = 16

/**
 * A hash of what a caller asked for. It must be computed from the request as it was sent, not as it was understood: an
 * answer is kept for days, and a later version may understand the same request in another way.
 */
export function fingerprintOf(sent: unknown): Buffer {
  return hash('sha256', JSON.stringify(sent), 'buffer').subarray(0, FINGERPRINT_BYTES)
}

/** Caller and key as one text; the name of a caller has no blank. */
export function textOfKey({ caller, requestId }: RequestKey): string {
  return `${caller} ${requestId}`
}
