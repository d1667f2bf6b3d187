import { readPartitions } from '@shelfwire/mysql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readHead } from '../journal/head-sql.ts'
import { forgetOldAnswers } from '../requests/forget-requests.ts'
import {
  aWrite,
  brokenInvariants,
  type OpenStore,
  onHandOf,
  openStore,
  rowsOf,
  STORE_ID,
} from '../testing/open-store.ts'
import { JOURNAL, makeRoom } from './journal-room.ts'
import { keepStore } from './keep-store.ts'

const DAY_MS = 86_400_000
const FIRST_DAY = new Date('2026-05-01T12:00:00Z').getTime()

let now: Date
let store: OpenStore
beforeEach(async () => {
  now = new Date(FIRST_DAY)
  store = await openStore(() => now)
})
afterEach(() => store[Symbol.asyncDispose]())

const keep = () => keepStore({ ...store, storeId: STORE_ID }, now)
const goTo = (day: number) => {
  now = new Date(FIRST_DAY + day * DAY_MS)
}
const count = async (table: string) =>
  (await rowsOf<{ n: number }>(store.pool, `SELECT COUNT(*) AS n FROM ${table}`))[0]?.n ?? 0
const epochs = async () =>
  (await rowsOf<{ epoch: number }>(store.pool, 'SELECT DISTINCT epoch FROM journal ORDER BY epoch')).map(
    ({ epoch }) => epoch,
  )
const partitionNames = async () => (await readPartitions(store.pool, JOURNAL)).map(({ name }) => name)

/** Central's side: the next command, done by the store. */
async function command(kind: string, body: object): Promise<void> {
  const { commandsDone } = await readHead(store.pool, STORE_ID)
  const shared = { storeId: STORE_ID, era: 0, attempt: 1, reference: null, issuedAtUs: 0 }
  const number = commandsDone + 1
  const answer = await store.lane.command({
    command: { ...shared, number, kind, body: JSON.stringify(body) },
  })
  expect(answer).toEqual({ outcome: 'done' })
}

test('I1 to I5: a store that trades for four years keeps the entries of two, and its levels add up all the while', async () => {
  const STEP_DAYS = 45
  const shelf: Record<string, number> = {}
  for (let day = 0; day <= 4 * 365; day += STEP_DAYS) {
    goTo(day)
    const sku = `sku-${day % 7}`
    await store.lane.write(aWrite('receipt', { [sku]: 3 }))
    await store.lane.write(aWrite('sale', { [sku]: 1 }))
    shelf[sku] = (shelf[sku] ?? 0) + 2
    const { epoch } = await readHead(store.pool, STORE_ID)
    await command('resync', { epoch, fromSeq: 1, toSeq: 2 })
    if (epoch > 1) await command('forget_epochs', { below: epoch })
    await keep()
    await forgetOldAnswers(store.pool, now)
    expect({ day, broken: await brokenInvariants(store.pool) }).toEqual({ day, broken: [] })
    expect((await epochs()).length).toBeLessThanOrEqual(4)
    expect((await partitionNames()).length).toBeLessThanOrEqual(7)
    expect(await count('replays')).toBeLessThanOrEqual(4)
    expect(await count('requests')).toBeLessThanOrEqual(2)
  }
  expect(await epochs()).toEqual([3, 4])
  expect(await onHandOf(store.pool)).toEqual(
    Object.fromEntries(Object.entries(shelf).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
}, 120_000)

describe('an old epoch', () => {
  beforeEach(async () => {
    await store.lane.write(aWrite('receipt', { milk: 5 }))
    goTo(365)
    expect(await keep()).toEqual({ dropped: [], opened: 2 })
    goTo(1_000)
    await store.lane.write(aWrite('sale', { milk: 1 }))
  })

  test('stays until central has said that it needs no entry of it', async () => {
    await keep()
    expect(await epochs()).toEqual([1, 2, 3])
    await command('forget_epochs', { below: 2 })
    expect(await keep()).toEqual({ dropped: ['below_2'], opened: null })
    expect(await epochs()).toEqual([2, 3])
    expect(await onHandOf(store.pool)).toEqual({ milk: 4 })
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('is not waited for while another session reads the journal: the tills wait a second, and it goes later', async () => {
    await keep()
    await command('forget_epochs', { below: 2 })
    const reader = await store.pool.getConnection()
    await reader.query('START TRANSACTION')
    await reader.query('SELECT * FROM journal')
    const began = performance.now()
    const kept = keep().catch(({ code }) => code)
    await expect
      .poll(async () => {
        const { status } = await store.lane.write(aWrite('sale', { milk: 1 }, { policy: 'record' }))
        return status === 201 && (await Promise.race([kept, null]))
      })
      .toBe('ER_LOCK_WAIT_TIMEOUT')
    expect(performance.now() - began).toBeLessThan(5_000)
    await reader.query('COMMIT')
    reader.release()
    expect((await keep()).dropped).toEqual(['below_2'])
    expect(await brokenInvariants(store.pool)).toEqual([])
  })
})

test('a key of an epoch that is kept sells nothing twice; one whose epoch was dropped is new again', async () => {
  const receipt = aWrite('receipt', { milk: 5 }, { key: 'k-1' })
  await store.lane.write(receipt)
  goTo(365)
  await keep()
  await forgetOldAnswers(store.pool, now)
  expect((await store.lane.write(receipt)).body).toMatchObject({ code: 'already_recorded' })
  await command('forget_epochs', { below: 2 })
  goTo(365 + 401)
  await keep()
  expect(await store.lane.write(receipt)).toMatchObject({ status: 201 })
})

test('an opening that was cut off is gone on with, and nothing is dropped meanwhile', async () => {
  await store.lane.write(aWrite('receipt', { a: 1, b: 2, c: 3 }))
  await keep()
  await store.lane.open({ epoch: 2, reason: 'a year is over', after: '', limit: 1 })
  await command('forget_epochs', { below: 2 })
  goTo(1_000)
  expect(await keep()).toEqual({ dropped: expect.not.arrayContaining(['below_2']), opened: 2 })
  expect(await epochs()).toEqual([1, 2])
  expect(await brokenInvariants(store.pool)).toEqual([])
})

test('an opening that was cut off is gone on with, although no partition can be made now', async () => {
  await store.lane.write(aWrite('receipt', { a: 1, b: 2 }))
  await keep()
  await store.lane.open({ epoch: 2, reason: 'a year is over', after: '', limit: 1 })
  const reader = await store.pool.getConnection()
  await reader.query('START TRANSACTION')
  await reader.query('SELECT COUNT(*) FROM journal')
  await expect(keep()).rejects.toMatchObject({ code: 'ER_LOCK_WAIT_TIMEOUT' })
  reader.destroy()
  expect(await readHead(store.pool, STORE_ID)).toMatchObject({ epoch: 2, openingReason: null })
})

test('a journal whose last partition holds entries is not split while the store sells', async () => {
  await store.lane.write(aWrite('receipt', { a: 1 }))
  await store.lane.open({ epoch: 9, reason: 'by hand', after: '' })
  await expect(
    makeRoom(store.maintenance, { rows: async () => [{ epoch: 9 }] as never }, 10),
  ).rejects.toThrow('holds entries of epoch 9')
  await expect(keep()).rejects.toThrow('holds entries of epoch 9')
})
