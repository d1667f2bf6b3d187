import type { Entry } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { sumChangesSince } from '../journal/journal-sql.ts'
import type { ChangesSince } from '../writes/decide-write.ts'
import type { Write } from '../writes/write.ts'

/**
 * Reads, for every count among `writes`, what is recorded as having happened after its observer looked. The function
 * returned adds the entries that earlier requests of the same batch have made; undefined for what is no count.
 */
export async function readCountedChanges(
  trx: Transaction,
  writes: readonly Write[],
): Promise<(write: Write, batchEntries: readonly Entry[]) => ChangesSince | undefined> {
  const recorded = new Map<Write, Map<string, number>>()
  // One statement for each: counts are rare, and every one has a time of its own.
  for (const write of writes) {
    if (write.kind !== 'count') continue
    const skus = write.lines.map(({ sku }) => sku)
    recorded.set(write, await sumChangesSince(trx, { skus, afterUs: write.occurredAtUs ?? 0 }))
  }
  return (write, batchEntries) => {
    const sums = recorded.get(write)
    if (sums === undefined) return undefined
    const since = new Map(sums)
    for (const { sku, occurredAtUs, onHandDelta } of batchEntries) {
      if (sku === null || occurredAtUs <= (write.occurredAtUs ?? 0)) continue
      since.set(sku, (since.get(sku) ?? 0) + onHandDelta)
    }
    return since
  }
}
