import type { KeyedRequest } from '@shelfwire/idempotency'
import { openProxy } from '@shelfwire/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { readStockAfter } from '../epochs/epochs-sql.ts'
import { loadRows, rowOf } from '../journal/books.ts'
import { keepSoFar, type Origin, recordFact } from '../journal/draft.ts'
import type { StockRow } from '../stock/level.ts'
import { aWrite, brokenInvariants, journalOf, onHandOf, openStore } from '../testing/open-store.ts'
import {
  type AnswerKeeping,
  discard,
  type KeyOutcome,
  keepDraft,
  needMore,
  type Operation,
} from './operation.ts'

const store = await openStore()
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

const origin: Origin = { caller: 'test', requestId: 'r-1', reference: null, reason: null, occurredAtUs: 1 }
const receive = (units: Record<string, number>) => lane.write(aWrite('receipt', units))
const entriesOf = async (caller: string) => (await journalOf(pool)).filter((entry) => entry.caller === caller)

interface Taking {
  sku: string
  units: number
}

/** Sells units of a SKU, and of the first other SKU what is missing; which that is must be read first. */
const takeAnything: Operation<Taking, { outcome: 'taken' | 'refused' }, StockRow[] | null, 'others'> = {
  name: 'take-anything',
  weigh: () => 1,
  reads: ({ sku }) => ({ skus: [sku] }),
  readMore: (reader) => readStockAfter(reader, '', 1),
  decide({ sku, units }, draft, others) {
    const onHand = rowOf(draft.books, sku)?.onHand ?? 0
    const taken = Math.min(onHand, units)
    recordFact(draft, { sku, kind: 'sale', onHandDelta: -taken, origin })
    if (taken === units) return keepDraft({ outcome: 'taken' })
    keepSoFar(draft)
    if (!others) return needMore('others')
    loadRows(draft.books, { skus: [], rows: others })
    const [other] = others
    if (other === undefined || other.onHand < units - taken) return discard({ outcome: 'refused' })
    recordFact(draft, { sku: other.sku, kind: 'sale', onHandDelta: taken - units, origin })
    return keepDraft({ outcome: 'taken' })
  },
}

/** Holds two units, and lets that hold expire when it is asked to sell more than is free; refuses nevertheless. */
type Expiring = KeyedRequest & { sku: string; kind: 'hold' | 'sale' }
type ExpiringOutcome = KeyOutcome | { outcome: 'held' } | { outcome: 'refused'; code: 'insufficient_stock' }
const answers: AnswerKeeping<ExpiringOutcome> = {
  keep: ({ outcome }) => ({ status: outcome === 'refused' ? 409 : 201, text: JSON.stringify({ outcome }) }),
  restore: () => ({ outcome: 'held' }),
}
const expireThenRefuse: Operation<Expiring, ExpiringOutcome> = {
  name: 'expire-then-refuse',
  weigh: () => 1,
  reads: (request) => ({ skus: [request.sku], key: request }),
  decide({ sku, kind, caller, requestId }, draft) {
    const about = { sku, onHandDelta: 0, holdId: 'hold-7' }
    const till = { ...origin, caller, requestId }
    if (kind === 'hold') {
      recordFact(draft, { ...about, kind: 'hold', heldDelta: 2, origin: till })
      return keepDraft({ outcome: 'held' })
    }
    recordFact(draft, {
      ...about,
      kind: 'expire',
      heldDelta: -2,
      origin: { ...origin, caller: 'store:expiry' },
    })
    keepSoFar(draft)
    recordFact(draft, { sku, kind: 'sale', onHandDelta: -1, origin: till })
    return discard({ outcome: 'refused', code: 'insufficient_stock' })
  },
  answers,
}

describe('an operation', () => {
  test('that needs more is decided again from the beginning, and nothing of its first attempt stays', async () => {
    await receive({ 'a-first': 10, short: 3 })
    expect(await lane.submit(takeAnything, { sku: 'short', units: 5 })).toEqual({ outcome: 'taken' })
    expect((await entriesOf('test')).map(({ sku, onHandDelta }) => [sku, onHandDelta])).toEqual([
      ['short', -3],
      ['a-first', -2],
    ])
    expect(await onHandOf(pool)).toMatchObject({ 'a-first': 8, short: 0 })
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test('that is refused keeps the expiry it came upon, once, and a repeat gets the text that was kept', async () => {
    await receive({ held: 2 })
    const request = (kind: Expiring['kind'], key: string): Expiring => {
      return { sku: 'held', kind, caller: 'till', requestId: key, fingerprint: Buffer.alloc(16) }
    }
    await lane.submit(expireThenRefuse, request('hold', 'hold-it'))
    const sale = request('sale', 'sell-it')
    const outcomes = await Promise.all([1, 2].map(() => lane.submit(expireThenRefuse, sale)))
    expect(outcomes).toEqual([
      { outcome: 'refused', code: 'insufficient_stock' },
      { outcome: 'repeated', answer: { status: 409, text: '{"outcome":"refused"}' } },
    ])
    expect(await lane.submit(expireThenRefuse, sale)).toEqual(outcomes[1])
    expect(await entriesOf('store:expiry')).toMatchObject([
      { kind: 'expire', heldDelta: -2, holdId: 'hold-7' },
    ])
    expect(await onHandOf(pool)).toMatchObject({ held: 2 })
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test('that looks at a SKU which was not loaded fails, and writes nothing', async () => {
    await receive({ neighbour: 5 })
    const careless: typeof takeAnything = { ...takeAnything, name: 'careless', reads: () => ({}) }
    await expect(lane.submit(careless, { sku: 'neighbour', units: 1 })).rejects.toThrow(
      'the level of neighbour was not loaded in this transaction',
    )
    expect(await onHandOf(pool)).toMatchObject({ neighbour: 5 })
  })

  test('that needs more for ever fails', async () => {
    const insatiable: typeof takeAnything = { ...takeAnything, decide: () => needMore('others') }
    await expect(lane.submit(insatiable, { sku: 'short', units: 1 })).rejects.toThrow('needed more 10 times')
  })
})

test('a sale, a count and a beat are two messages to the database together, one that needs more is three', async () => {
  await receive({ counted: 5, few: 1 })
  const proxy = await openProxy(store.service)
  const cut = store.openLane({ address: { ...store.service, port: proxy.port } })
  await cut.beat(() => 1)
  const messagesOf = async (work: () => Promise<unknown>) => {
    const before = proxy.messages
    await work()
    return proxy.messages - before
  }
  expect(await messagesOf(() => cut.write(aWrite('sale', { counted: 1 })))).toBe(2)
  expect(await messagesOf(() => cut.beat(() => 2))).toBe(2)
  expect(
    await messagesOf(() => Promise.all([cut.write(aWrite('sale', { counted: 1 })), cut.beat(() => 3)])),
  ).toBe(2)
  expect(await messagesOf(() => cut.submit(takeAnything, { sku: 'few', units: 2 }))).toBe(3)
})
