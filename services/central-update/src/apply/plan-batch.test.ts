import { formatChecksum } from '@shelfwire/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalRecord } from '../records/record.ts'
import { centralInMemory } from '../testing/central-in-memory.ts'
import { NOON_US, type SampleStore, sampleStore } from '../testing/sample-store.ts'

interface Step {
  what: 'receive' | 'sell' | 'beat' | 'epoch'
  sku: string
  units: number
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('receive' as const) },
    { weight: 8, arbitrary: fc.constant('sell' as const) },
    { weight: 4, arbitrary: fc.constant('beat' as const) },
    { weight: 1, arbitrary: fc.constant('epoch' as const) },
  ),
  sku: fc.constantFrom('A', 'B', 'C'),
  units: fc.integer({ min: 1, max: 5 }),
})

/** A store's journal with a beat at its end; pings are numbered in the order of the beats. */
function journalOf(steps: Step[]): SampleStore {
  const store = sampleStore()
  let ping = 1
  for (const { what, sku, units } of steps) {
    const onHand = store.levels.get(sku)?.onHand ?? 0
    if (what === 'receive') store.receive(sku, units)
    if (what === 'sell' && onHand >= units) store.sell(sku, units)
    if (what === 'beat') store.beat(ping++)
    if (what === 'epoch') store.openEpoch({ A: units })
  }
  store.beat(ping)
  return store
}

/** Cuts `records` into batches of the given sizes, around and around. */
function cut(records: JournalRecord[], sizes: number[]): JournalRecord[][] {
  const batches: JournalRecord[][] = []
  for (let start = 0, index = 0; start < records.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    batches.push(records.slice(start, start + size))
    start += size
  }
  return batches
}

const numbersOf = (store: SampleStore, beatAt: number) =>
  store.records
    .slice(0, beatAt)
    .flatMap(({ content }) =>
      content.type === 'entry' ? [`${content.entry.epoch}.${content.entry.seq}`] : [],
    )

describe('whatever way a journal reaches central', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 40 })
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })

  test('I3, I10: lost, repeated and out of order at first, then whole: the end is the store, and each entry counts once', () => {
    fc.assert(
      fc.property(steps, sizes, fc.infiniteStream(fc.nat()), (taken, batchSizes, luck) => {
        const store = journalOf(taken)
        const central = centralInMemory(store.storeId)
        const mangled = store.records
          .flatMap((record) => Array.from({ length: (luck.next().value ?? 0) % 3 }, () => record))
          .map((record) => ({ record, order: (luck.next().value ?? 0) % 10 }))
          .sort((a, b) => a.order - b.order)
          .map(({ record }) => record)
        let given = 0
        for (const batch of cut([...mangled, ...store.records, ...store.records], batchSizes)) {
          given += batch.length
          central.apply(batch)
        }
        const { cursor, gaps, stock } = central.state()
        const live = [...stock.values()]
          .filter(({ onHand }) => onHand > 0)
          .map(({ sku, onHand }) => [sku, onHand])
        const expected = [...store.levels.values()]
          .filter(({ onHand }) => onHand > 0)
          .map(({ sku, onHand }) => [sku, onHand])
        expect(Object.fromEntries(live)).toEqual(Object.fromEntries(expected))
        expect(formatChecksum(cursor.checksum)).toBe(store.checksum())
        expect(gaps).toEqual([])
        expect(cursor).toMatchObject({ opened: true, checksumSeq: null, divergedSeq: null, seq: store.seq() })
        const { applied, duplicate, parked } = central.counts
        expect(applied + duplicate + parked, 'I15').toBe(given)
      }),
      { numRuns: 500 },
    )
  })

  test('I12: asOf never passes a beat before all entries it vouches for are there', () => {
    fc.assert(
      fc.property(steps, sizes, fc.infiniteStream(fc.nat()), (taken, batchSizes, luck) => {
        const store = journalOf(taken.filter(({ what }) => what !== 'epoch'))
        const central = centralInMemory(store.storeId)
        const late: JournalRecord[] = []
        const first = store.records.filter((record) => {
          const isLate = (luck.next().value ?? 0) % 4 === 0
          if (isLate) late.push(record)
          return !isLate
        })
        for (const batch of cut([...first, ...late, ...store.records], batchSizes)) {
          central.apply(batch)
          const { asOfUs } = central.state().cursor
          const beatAt = store.records.findIndex(
            ({ content }) => content.type === 'beat' && content.beat.ping === asOfUs,
          )
          if (asOfUs > 0)
            for (const number of numbersOf(store, beatAt))
              expect([...central.recorded.keys()]).toContain(number)
        }
        expect(central.state().cursor.asOfUs).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  test('a repeat with the same number and another content is always found', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (taken, choice) => {
        const store = journalOf(taken.filter(({ what }) => what !== 'epoch'))
        const entries = store.records.filter(({ content }) => content.type === 'entry')
        const chosen = entries[choice % Math.max(1, entries.length)]
        if (chosen?.content.type !== 'entry') return
        const central = centralInMemory(store.storeId)
        central.apply(store.records)
        const { content } = chosen
        const plan = central.apply([
          { ...chosen, content: { ...content, entry: { ...content.entry, requestId: 'other' } } },
        ])
        expect(plan.alarms).toMatchObject([{ reason: 'divergence' }])
        expect(central.state().cursor.divergedSeq).toBe(content.entry.seq)
      }),
    )
  })
})

test('a beat compares the sums at its own place, not at the end of the batch', () => {
  const store = sampleStore()
  store.receive('A', 5)
  store.beat(1)
  store.sell('A', 1)
  store.beat(2, { checksum: '0000000000000001' })
  store.sell('A', 1)
  const plan = centralInMemory('store-1').apply(store.records)
  expect(plan.alarms).toMatchObject([{ reason: 'checksum', detail: expect.stringContaining('seq 2') }])
})

test('commands done never go back within an epoch', () => {
  const store = sampleStore()
  const central = centralInMemory('store-1')
  store.done(4)
  const four = store.beat(1)
  store.done(5)
  central.apply([four, store.beat(2)], NOON_US + 1)
  central.apply([four], NOON_US + 2)
  expect(central.state().cursor).toMatchObject({ commandsDone: 5, commandsMovedAtUs: NOON_US + 1 })
})

test('commands done in a greater era replace those of the old one, and a beat of the old one takes nothing back', () => {
  const store = sampleStore()
  const central = centralInMemory('store-1')
  store.done(7)
  const old = store.beat(NOON_US - 2)
  store.done(1, 900)
  central.apply([old, store.beat(NOON_US - 1)])
  const { cursor } = central.state()
  expect(cursor).toMatchObject({ commandsEra: 900, commandsDone: 1, answeredPingUs: NOON_US - 1 })
  central.apply([old])
  expect(central.state().cursor).toMatchObject({ commandsEra: 900, commandsDone: 1 })
})

test('the newest ping that a store has answered is known although central misses entries', () => {
  const store = sampleStore()
  const central = centralInMemory('store-1')
  store.receive('A', 1)
  central.apply([store.beat(NOON_US - 1)])
  expect(central.state().cursor).toMatchObject({ asOfUs: 0, answeredPingUs: NOON_US - 1 })
  central.apply([store.beat(NOON_US + 1)])
  expect(central.state().cursor).toMatchObject({ answeredPingUs: NOON_US - 1 })
})
