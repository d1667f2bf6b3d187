import { expect, test } from 'vitest'
import { centralInMemory } from '../testing/central-in-memory.ts'
import { sampleStore } from '../testing/sample-store.ts'

const ENTRIES = 20_000

function journal() {
  const store = sampleStore()
  store.receive('SKU-1', 1_000_000)
  for (let sale = 1; sale < ENTRIES; sale += 1) store.sell('SKU-1', 1)
  return store.records
}

function secondsOf(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

test('I10: a journal that comes twice within one batch is applied once, in time that grows with its length alone', () => {
  const records = journal()
  const once = centralInMemory('store-1')
  // The first run pays for the compiler, so that the second is a fair measure.
  centralInMemory('store-1').apply(records)
  const measure = secondsOf(() => once.apply(records))
  const twice = centralInMemory('store-1')
  const took = secondsOf(() => twice.apply([...records, ...records]))
  expect(twice.counts).toMatchObject({ applied: ENTRIES, duplicate: ENTRIES, parked: 0 })
  expect(twice.state()).toEqual(once.state())
  // A linear search took 29 times as long as the entries alone (7 s beside three other test runs).
  expect(took / measure).toBeLessThan(15)
})
