import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aWrite, brokenInvariants, journalOf, onHandOf, openStore } from '../testing/open-store.ts'
import type { WriteKind } from '../writes/write.ts'

const SKUS = ['milk', 'bread', 'Beer']

interface Step {
  kind: Exclude<WriteKind, 'count'>
  units: Record<string, number>
  policy: 'refuse' | 'record'
  /** Sends the key of the step before again, with the same body. */
  again: boolean
}

const units = fc.dictionary(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 9 }), {
  minKeys: 1,
  maxKeys: 3,
})
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('sale', 'sale', 'return', 'receipt', 'adjustment'),
  units,
  policy: fc.constantFrom('refuse', 'refuse', 'record'),
  again: fc.boolean(),
})

/** The shop as a child would keep it: no batches, no keys, no database. */
function expectedStatus(shelf: Map<string, number>, { kind, units, policy }: Step): number {
  const lines = Object.entries(units).map(([sku, quantity]) => ({
    sku,
    delta: kind === 'sale' ? -quantity : quantity,
  }))
  const records = policy === 'record' && kind !== 'receipt'
  const unknown = lines.filter(({ sku }) => !shelf.has(sku) && kind !== 'receipt' && !records)
  const short = lines.filter(
    ({ sku, delta }) => shelf.has(sku) && (shelf.get(sku) ?? 0) + delta < 0 && !records,
  )
  if (unknown.length + short.length > 0) {
    const first = lines.find((line) => unknown.includes(line) || short.includes(line))
    return first !== undefined && unknown.includes(first) ? 404 : 409
  }
  for (const { sku, delta } of lines) shelf.set(sku, Math.max(0, (shelf.get(sku) ?? 0) + delta))
  return 201
}

test('I1, I2, I5, I6: any day of any shop ends as a child with a notebook would have it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), async (steps) => {
      await using store = await openStore()
      const shelf = new Map<string, number>()
      const statuses: number[] = []
      const running = steps.flatMap((step) => {
        const { kind, units, policy } = step
        const hasPolicy = kind !== 'receipt'
        const write = aWrite(kind, units, hasPolicy ? { policy } : {})
        const status = expectedStatus(shelf, step)
        statuses.push(status, ...(step.again ? [status] : []))
        return [store.lane.write(write), ...(step.again ? [store.lane.write(write)] : [])]
      })
      const answers = await Promise.all(running)
      expect(answers.map(({ status }) => status)).toEqual(statuses)
      expect(await onHandOf(store.pool)).toEqual(
        Object.fromEntries([...shelf].sort(([a], [b]) => (a < b ? -1 : 1))),
      )
      expect(await brokenInvariants(store.pool)).toEqual([])
      const recorded = answers.flatMap(({ body }) => (body as { entries?: { seq: number }[] }).entries ?? [])
      const numbers = new Set(recorded.map(({ seq }) => seq))
      expect(await journalOf(store.pool)).toHaveLength(numbers.size)
    }),
    { numRuns: 15, endOnFailure: true },
  )
}, 90_000)
