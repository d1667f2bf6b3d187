import { hash } from 'node:crypto'

/**
 * An order-free sum over the levels of a store: the sum modulo 2^64 of a 64-bit hash of every
 * `(sku, onHand, held)` that isn't 0/0. Store and central update it level by level, so comparing two databases of
 * any size means comparing two numbers. This is the additive set hash of Clarke et al., "Incremental Multiset Hash
 * Functions" (ASIACRYPT 2003), with a modulus that detects faults, not an adversary.
 */
export type Checksum = bigint

export interface HashedLevel {
  sku: string
  onHand: number
  held: number
}

export const EMPTY_CHECKSUM: Checksum = 0n

/** What one level adds to the sum; 0 for an empty level, so that a SKU never seen equals one that is sold out. */
export function levelTerm(level: HashedLevel): Checksum {
  if (level.onHand === 0 && level.held === 0) return 0n
  const digest = hash('sha256', `${level.sku}\0${level.onHand}\0${level.held}`, 'buffer')
  return digest.readBigUInt64BE(0)
}

/** The sum after one level changed from `before` (undefined: the SKU was unknown) to `after`. */
export function replaceLevel(sum: Checksum, before: HashedLevel | undefined, after: HashedLevel): Checksum {
  const removed = before === undefined ? 0n : levelTerm(before)
  return BigInt.asUintN(64, sum - removed + levelTerm(after))
}

/** The checksum of all levels of a store. */
export function checksumOf(levels: Iterable<HashedLevel>): Checksum {
  let sum = EMPTY_CHECKSUM
  for (const level of levels) sum = BigInt.asUintN(64, sum + levelTerm(level))
  return sum
}

/** 16 lower-case hex characters, on the wire and in databases: Avro's JavaScript reader refuses longs above 2^53. */
export function formatChecksum(sum: Checksum): string {
  return sum.toString(16).padStart(16, '0')
}

/** The reverse of {@link formatChecksum}; throws a RangeError for anything else. */
export function parseChecksum(text: string): Checksum {
  if (!/^[0-9a-f]{16}$/.test(text))
    throw new RangeError(`a checksum is 16 hex characters, not ${JSON.stringify(text)}`)
  return BigInt(`0x${text}`)
}
