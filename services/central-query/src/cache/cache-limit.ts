import { getHeapStatistics } from 'node:v8'

/**
 * What a cached row takes of V8's heap, its answer's JSON included, with the longest names. 460 bytes were measured
 * with 200,000 rows of 10 stores and SKUs of 9 characters.
 */
const BYTES_PER_ROW = 1_400
/** For the program, answers under way and young objects, of which V8 counts up to 192 MB into its limit. */
const RESERVED_BYTES = 300 * 2 ** 20
/**
 * The share of the rest that cached rows may take. They live long, so what is forgotten stays until V8's next full
 * collection, which it starts when the heap has about doubled.
 */
const SHARE = 0.5

/** How many rows fit the heap that V8 was given (`--max-old-space-size`, or by the machine's cache); at least 1,000. */
export function rowsThatFit(heapLimitBytes = getHeapStatistics().heap_size_limit): number {
  return Math.max(1_000, Math.floor(((heapLimitBytes - RESERVED_BYTES) * SHARE) / BYTES_PER_ROW))
}
