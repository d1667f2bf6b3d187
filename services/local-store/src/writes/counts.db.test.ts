import { isoOfUs } from '@shelfwire/contracts'
import { inTransaction, type Transaction } from '@shelfwire/mysql'
import { afterAll, expect, test } from 'vitest'
import { type Books, openBooks } from '../journal/books.ts'
import { lockHead } from '../journal/head-sql.ts'
import { readStock } from '../stock/stock-sql.ts'
import {
  aWrite,
  brokenInvariants,
  openNextEpoch,
  openStore,
  rowsOf,
  STORE_ID,
} from '../testing/open-store.ts'
import {
  type Counted,
  type CountedChanges,
  changesSince,
  nothingMeanwhile,
  readCountedChanges,
  readMeanwhile,
} from './counted-changes.ts'

const store = await openStore()
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

const minutesAgo = (minutes: number) => isoOfUs((Date.now() - minutes * 60_000) * 1_000)
const at = (minutes: number) => ({ occurredAt: minutesAgo(minutes) })
const rowOf = async (sku: string) =>
  (await rowsOf<{ sku: string; on_hand: number; late_seq: number | null }>(pool, 'SELECT * FROM stock')).find(
    (row) => row.sku === sku,
  )

test('a sale between looking and posting is not undone by the count', async () => {
  await lane.write(aWrite('receipt', { a: 10 }, at(60)))
  const looked = minutesAgo(30)
  await lane.write(aWrite('sale', { a: 3 }, at(20)))
  // 8 were seen of 10, so 2 are gone; 3 were sold since.
  expect(await lane.write(aWrite('count', { a: 8 }, { observedAt: looked }))).toMatchObject({
    status: 201,
    body: { entries: [{ kind: 'count', onHandDelta: -2, onHand: 5 }] },
  })
})

test('nor is one that was recorded before an older sale that was uploaded late', async () => {
  await lane.write(aWrite('receipt', { b: 10 }, at(60)))
  await lane.write(aWrite('sale', { b: 2 }, at(10)))
  await lane.write(aWrite('sale', { b: 1 }, at(40)))
  // At the look the shelf had 9: the late sale had happened, the other one had not. 9 were seen: nothing is missing.
  expect(await lane.write(aWrite('count', { b: 9 }, { observedAt: minutesAgo(30) }))).toMatchObject({
    body: { entries: [{ onHandDelta: 0, onHand: 7 }] },
  })
})

test('a sale waiting in the same batch counts like one that is recorded', async () => {
  await lane.write(aWrite('receipt', { c: 10 }, at(60)))
  const looked = minutesAgo(30)
  const [, counted] = await Promise.all([
    lane.write(aWrite('sale', { c: 3 }, at(20))),
    lane.write(aWrite('count', { c: 10 }, { observedAt: looked })),
  ])
  expect(counted).toMatchObject({ body: { entries: [{ onHandDelta: 0, onHand: 7 }] } })
})

test('an entry that comes after a count but happened before it is listed for a recount, until the next count', async () => {
  await lane.write(aWrite('receipt', { d: 10 }, at(60)))
  await lane.write(aWrite('count', { d: 10 }, { observedAt: minutesAgo(30) }))
  const late = await lane.write(aWrite('sale', { d: 1 }, at(45)))
  const [entry] = (late.body as { entries: { seq: number }[] }).entries
  expect(await rowOf('d')).toMatchObject({ on_hand: 9, late_seq: entry?.seq })
  await lane.write(aWrite('count', { d: 9 }, { observedAt: minutesAgo(1) }))
  expect(await rowOf('d')).toMatchObject({ on_hand: 9, late_seq: null })
})

test('a count older than another is refused: its finding is in the newer one already', async () => {
  await lane.write(aWrite('receipt', { e: 10 }, at(60)))
  await lane.write(aWrite('count', { e: 8 }, { observedAt: minutesAgo(10) }))
  expect(await lane.write(aWrite('count', { e: 8 }, { observedAt: minutesAgo(20) }))).toMatchObject({
    status: 409,
    body: { code: 'count_superseded' },
  })
  expect(await rowOf('e')).toMatchObject({ on_hand: 8 })
})

test('the books hold after all that', async () => {
  expect(await brokenInvariants(pool)).toEqual([])
})

async function booksBehindLock(trx: Transaction, skus: string[]): Promise<Books> {
  const [head, rows] = await trx.together([lockHead(STORE_ID), readStock(new Set(skus))])
  const nowUs = Date.now() * 1_000
  return openBooks(head, { skus, rows }, { steadyUs: nowUs, recordedAtUs: nowUs, machineUs: nowUs })
}

async function completeChanges(trx: Transaction, books: Books, counted: Counted) {
  const since = changesSince(counted, { meanwhile: nothingMeanwhile(), books })
  if (since !== 'outdated') return since
  return changesSince(counted, { meanwhile: await readMeanwhile(trx, [counted], books), books })
}

test('what other processes record between reading and locking is added behind the lock, also in a new epoch', async () => {
  await lane.write(aWrite('receipt', { f: 10, g: 10 }, at(60)))
  const count = aWrite('count', { f: 10, g: 10 }, { observedAt: minutesAgo(30) })
  const changes = await readCountedChanges(pool, {
    storeId: STORE_ID,
    writes: [count],
    nowUs: Date.now() * 1_000,
  })
  const complete = () =>
    inTransaction(pool, async (trx) => {
      const books = await booksBehindLock(trx, ['f', 'g'])
      return completeChanges(trx, books, { write: count, changes: changes.get(count) as CountedChanges })
    })
  expect(await complete()).toEqual(
    new Map([
      ...[
        ['f', 0],
        ['g', 0],
      ],
    ] as [string, number][]),
  )
  await store.openLane().write(aWrite('sale', { f: 3 }))
  await store.openLane().write(aWrite('sale', { f: 1 }, at(45)))
  expect(await complete()).toEqual(
    new Map([
      ...[
        ['f', -3],
        ['g', 0],
      ],
    ] as [string, number][]),
  )
  await openNextEpoch(store)
  await lane.write(aWrite('sale', { g: 2 }))
  expect(await complete()).toEqual(
    new Map([
      ...[
        ['f', -3],
        ['g', -2],
      ],
    ] as [string, number][]),
  )
})

test('what another process brings in under another spelling, between reading and locking, is added behind the lock', async () => {
  const count = aWrite('count', { NEWCOMER: 0 }, { observedAt: minutesAgo(30) })
  const changes = await readCountedChanges(pool, {
    storeId: STORE_ID,
    writes: [count],
    nowUs: Date.now() * 1_000,
  })
  await store.openLane().write(aWrite('receipt', { newcomer: 4 }))
  const since = await inTransaction(pool, async (trx) => {
    const books = await booksBehindLock(trx, ['NEWCOMER'])
    return completeChanges(trx, books, { write: count, changes: changes.get(count) as CountedChanges })
  })
  expect(since).toEqual(new Map([['newcomer', 4]]))
})
