import { connectLane, transact } from '@shelfwire/mysql'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { requestOf } from '../lane/operation.ts'
import { runBatch } from '../lane/run-batch.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import {
  aWrite,
  brokenInvariants,
  journalOf,
  type OpenStore,
  onHandOf,
  openStore,
  rowsOf,
  STORE_ID,
} from '../testing/open-store.ts'
import { createWriteOperation } from '../writes/write-operation.ts'
import { type OpeningOrder, openInSlices, openingOperation } from './opening-operation.ts'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
})
afterEach(() => store[Symbol.asyncDispose]())

const order = (more: Partial<OpeningOrder> = {}): OpeningOrder => {
  return { epoch: 2, reason: 'a year is over', after: '', limit: 2, ...more }
}
const newEntries = async () =>
  (await journalOf(store.pool))
    .filter(({ epoch }) => epoch === 2)
    .map(({ seq, kind, sku, onHandDelta, onHand }) => [seq, kind, sku, onHandDelta, onHand])
const head = async () => (await rowsOf(store.pool, 'SELECT epoch, next_seq, opening_reason FROM head'))[0]

describe('I1, I2, I5: an epoch that is opened in slices while the store sells', () => {
  beforeEach(() => store.lane.write(aWrite('receipt', { a: 10, b: 20, c: 30, d: 40, e: 50 })))

  test('gives a SKU its opening before its first sale, and no second one', async () => {
    const { lane } = store
    expect(await lane.open(order())).toEqual({ outcome: 'more', after: 'b' })
    expect(await head()).toEqual({ epoch: 2, next_seq: 3, opening_reason: 'a year is over' })
    await lane.write(aWrite('sale', { a: 1, d: 4 }))
    await lane.write(aWrite('receipt', { new: 7 }))
    expect(await lane.open(order({ after: 'b' }))).toEqual({ outcome: 'more', after: 'd' })
    expect(await lane.open(order({ after: 'd' }))).toEqual({ outcome: 'more', after: 'new' })
    expect(await lane.open(order({ after: 'new' }))).toEqual({ outcome: 'open' })
    await lane.write(aWrite('sale', { c: 3 }))
    expect(await newEntries()).toEqual([
      [1, 'opening', 'a', 10, 10],
      [2, 'opening', 'b', 20, 20],
      [3, 'sale', 'a', -1, 9],
      [4, 'opening', 'd', 40, 40],
      [5, 'sale', 'd', -4, 36],
      [6, 'receipt', 'new', 7, 7],
      [7, 'opening', 'c', 30, 30],
      [8, 'opening', 'e', 50, 50],
      [9, 'opened', null, 0, 0],
      [10, 'sale', 'c', -3, 27],
    ])
    expect(await head()).toMatchObject({ epoch: 2, opening_reason: null })
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('answers a sale with its own entries alone, also when it is asked again', async () => {
    await store.lane.open(order({ limit: 1 }))
    const sale = aWrite('sale', { e: 5 })
    const answer = await store.lane.write(sale)
    expect(answer.body).toMatchObject({ entries: [{ epoch: 2, seq: 3, sku: 'e', onHandDelta: -5 }] })
    expect((answer.body as { entries: unknown[] }).entries).toHaveLength(1)
    expect(await store.openLane().write(sale)).toEqual(answer)
  })

  test('counts no opening as something that happened after a count’s observer looked', async () => {
    const observedAt = new Date().toISOString()
    await expect.poll(() => new Date().toISOString() > observedAt).toBe(true)
    await store.lane.open(order({ limit: 1 }))
    const [, counted] = await Promise.all([
      store.lane.write(aWrite('sale', { e: 5 })),
      store.lane.write(aWrite('count', { e: 50 }, { observedAt })),
    ])
    expect(counted.body).toMatchObject({ entries: [{ kind: 'count', onHandDelta: 0, onHand: 45 }] })
  })

  test('does nothing twice: a step that is repeated, out of order, or of an epoch that is open', async () => {
    const { lane } = store
    const other = store.openLane()
    await Promise.all([lane, other].map((each) => openInSlices(order(), each.open)))
    const entries = await newEntries()
    expect(entries).toHaveLength(6)
    for (const after of ['', 'b', 'zzz'])
      expect(await lane.open(order({ after }))).toEqual({ outcome: 'open' })
    expect(await lane.open(order({ epoch: 1 }))).toEqual({ outcome: 'open' })
    expect(await newEntries()).toEqual(entries)
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('opens a SKU that a write of the same transaction, ahead of the beginning, has created', async () => {
    const connection = await connectLane(store.service)
    const now = () => new Date()
    const writes = createWriteOperation({ skuCaseConflicts: 'refuse' })
    const batch = [
      requestOf(writes, { write: aWrite('receipt', { aa: 7 }) }),
      requestOf(writes, { write: aWrite('sale', { b: 1 }) }),
      requestOf(openingOperation, order({ limit: 10 })),
    ]
    await transact(connection, (trx) =>
      runBatch(trx, batch, { storeId: STORE_ID, now, steady: createSteadyClock({ now }) }),
    )
    connection.destroy()
    expect(await newEntries()).toContainEqual([expect.any(Number), 'opening', 'aa', 7, 7])
    // What `opened` says of the old epoch counts the entries in, which aren't in the journal while the step reads it.
    const entries = await journalOf(store.pool)
    const last = entries.filter(({ epoch }) => epoch === 1).length
    expect(entries.at(-1)).toMatchObject({ kind: 'opened', reference: `1.${last}` })
    await store.lane.write(aWrite('sale', { aa: 2, b: 1 }))
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('is gone on with from the beginning by a process that knows nothing of it', async () => {
    await store.lane.open(order())
    await store.lane.open(order({ after: 'b' }))
    await openInSlices(order(), store.openLane().open)
    expect(await newEntries()).toHaveLength(6)
    expect(await brokenInvariants(store.pool)).toEqual([])
  })
})

interface Step {
  units: Record<string, number>
  kind: 'sale' | 'receipt' | 'opening'
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('sale', 'receipt', 'opening', 'opening'),
  units: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'E'), fc.integer({ min: 1, max: 5 }), {
    minKeys: 1,
    maxKeys: 3,
  }),
})

test('I1, I2, I5: whatever is sold between and beside the steps, each epoch adds up by itself', async () => {
  const lanes = [store.lane, store.openLane()]
  let epoch = 1
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      let after: string | null = null
      const running: Promise<unknown>[] = []
      for (const [index, { kind, units }] of steps.entries()) {
        const lane = lanes[index % 2] ?? store.lane
        if (kind !== 'opening') {
          running.push(lane.write(aWrite(kind, units)))
          continue
        }
        if (after === null) epoch += 1
        const answer = await lane.open({ epoch, reason: 'a test', after: after ?? '', limit: 1 })
        after = answer.outcome === 'more' ? answer.after : null
      }
      await Promise.all(running)
      expect(await brokenInvariants(store.pool)).toEqual([])
      epoch += 1
      await openInSlices({ epoch, reason: 'a test', after: '', limit: 2 }, store.lane.open)
      expect(await brokenInvariants(store.pool)).toEqual([])
      const levels = await onHandOf(store.pool)
      const named = (await journalOf(store.pool)).filter((entry) => entry.epoch === epoch)
      expect(named.map(({ sku, onHand }) => [sku, onHand])).toEqual([...Object.entries(levels), [null, 0]])
    }),
    { numRuns: 12, endOnFailure: true },
  )
})
