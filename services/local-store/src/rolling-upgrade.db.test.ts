import { levelProblems } from '@shelfwire/mysql'
import { migrateFurther } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'
import { openShop } from './testing/open-shop.ts'
import { brokenInvariants, onHandOf, openNextEpoch, rowsOf, STORE_ID } from './testing/open-store.ts'

const MIGRATIONS = `${import.meta.dirname}/../../../conf/migrations/local-store`
const { store, ask, close } = await openShop()
afterAll(close)
const { lane, pool } = store

test('a process goes on selling while a later version migrates its database, and starts on that, too', async () => {
  const line = (quantity: number) => ({ lines: [{ sku: 'milk', quantity }] })
  await ask('POST', '/v1/receipts', line(10))
  await ask('POST', '/v1/sales', line(1), { 'idempotency-key': 'before' })
  await migrateFurther(store.root)
  expect(await levelProblems(pool, MIGRATIONS)).toEqual([])

  const repeat = await ask('POST', '/v1/sales', line(1), { 'idempotency-key': 'before' })
  const refused = await ask('POST', '/v1/sales', line(100), { 'idempotency-key': 'too-many' })
  const refusedAgain = await ask('POST', '/v1/sales', line(100), { 'idempotency-key': 'too-many' })
  expect([repeat.status, refused.status, refusedAgain.body]).toEqual([201, 409, refused.body])
  expect((await ask('POST', '/v1/sales', line(2))).status).toBe(201)
  const counted = { observedAt: new Date().toISOString(), ...line(6) }
  expect(await ask('POST', '/v1/counts', counted)).toMatchObject({ status: 201 })
  const body = JSON.stringify({ epoch: 1, fromSeq: 1, toSeq: 2 })
  const resync = {
    storeId: STORE_ID,
    era: 0,
    number: 1,
    attempt: 1,
    kind: 'resync',
    reference: null,
    body,
    issuedAtUs: 0,
  }
  expect(await lane.command({ command: resync })).toEqual({ outcome: 'done' })
  await lane.beat(() => 7)
  expect(await brokenInvariants(pool)).toEqual([])
  await openNextEpoch(store)
  expect((await ask('POST', '/v1/sales', line(1))).status).toBe(201)

  expect(await onHandOf(pool)).toEqual({ milk: 5 })
  expect(await rowsOf(pool, 'SELECT command_number, seq FROM replays')).toHaveLength(2)
  expect(await rowsOf(pool, 'SELECT ping, commands_done FROM heartbeats')).toEqual([
    { ping: 7, commands_done: 1 },
  ])
  for (const path of ['/v1/stock', '/v1/stock/milk', '/v1/journal', '/v1/status'])
    expect({ path, status: (await ask('GET', path)).status }).toEqual({ path, status: 200 })
})
