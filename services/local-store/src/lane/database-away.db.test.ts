import { openProxy } from '@shelfwire/testkit'
import { createConnection } from 'mysql2/promise'
import { afterAll, describe, expect, test } from 'vitest'
import { aWrite, brokenInvariants, onHandOf, openStore } from '../testing/open-store.ts'

const store = await openStore()
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

/** A lane whose database can be cut off at will. */
async function laneBehindProxy(options: { resolveWithinMs?: number; answerWithinMs?: number } = {}) {
  const proxy = await openProxy(store.service)
  return { proxy, lane: store.openLane({ address: { ...store.service, port: proxy.port }, ...options }) }
}

describe('I6: the answer to COMMIT is lost', () => {
  test('after it was done: the sale is found again by its key, not sold twice', async () => {
    await lane.write(aWrite('receipt', { done: 10 }))
    const { proxy, lane: cut } = await laneBehindProxy()
    proxy.onClientText('COMMIT', 'lose the answer')
    const sale = aWrite('sale', { done: 1 })
    expect(await cut.write(sale)).toMatchObject({ status: 201, body: { entries: [{ onHand: 9 }] } })
    expect(proxy.cuts).toBe(1)
    expect(await onHandOf(pool)).toMatchObject({ done: 9 })
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test('before it was done: the sale is made by the next attempt', async () => {
    await lane.write(aWrite('receipt', { undone: 10 }))
    const { proxy, lane: cut } = await laneBehindProxy()
    proxy.onClientText('COMMIT', 'lose the question')
    expect(await cut.write(aWrite('sale', { undone: 1 }))).toMatchObject({
      status: 201,
      body: { entries: [{ onHand: 9 }] },
    })
    expect(proxy.cuts).toBe(1)
    expect(await onHandOf(pool)).toMatchObject({ undone: 9 })
  })

  test('though the connection lives, as on a full disk: no request waits for ever, and it is found again by its key', async () => {
    await lane.write(aWrite('receipt', { silent: 10 }))
    const { proxy, lane: cut } = await laneBehindProxy({ answerWithinMs: 500 })
    proxy.onClientText('COMMIT', 'keep the answer back')
    expect(await cut.write(aWrite('sale', { silent: 1 }))).toMatchObject({
      status: 201,
      body: { entries: [{ onHand: 9 }] },
    })
    expect(proxy.cuts).toBe(1)
    expect(await onHandOf(pool)).toMatchObject({ silent: 9 })
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test('and the database stays away: the outcome is unknown, and the same key tells it later', async () => {
    await lane.write(aWrite('receipt', { unknown: 10 }))
    const { proxy, lane: cut } = await laneBehindProxy({ resolveWithinMs: 300 })
    proxy.onClientText('COMMIT', 'lose the answer and stay away')
    const sale = aWrite('sale', { unknown: 1 })
    await expect(cut.write(sale)).rejects.toMatchObject({ code: 'outcome_unknown', canRetry: true })
    await expect(cut.write(aWrite('sale', { unknown: 1 }))).rejects.toMatchObject({
      code: 'database_unavailable',
    })
    proxy.comeBack()
    expect(await cut.write(sale)).toMatchObject({ status: 201, body: { entries: [{ onHand: 9 }] } })
    expect(await onHandOf(pool)).toMatchObject({ unknown: 9 })
  })
})

test('a session that the server ended is replaced without anyone noticing', async () => {
  await lane.write(aWrite('receipt', { killed: 10 }))
  const root = await createConnection(store.root)
  const [sessions] = await root.query("SELECT id FROM information_schema.processlist WHERE user = 'service'")
  for (const { id } of sessions as { id: number }[]) await root.query('KILL ?', [id])
  await root.end()
  expect(await lane.write(aWrite('sale', { killed: 1 }))).toMatchObject({ status: 201 })
})

test('a process that was paused inside a transaction keeps the store waiting, not standing', async () => {
  await lane.write(aWrite('receipt', { paused: 10 }))
  const paused = await createConnection(store.service)
  await paused.query('SET SESSION wait_timeout = 1')
  await paused.query('START TRANSACTION')
  await paused.query('SELECT * FROM head FOR UPDATE')
  paused.on('error', () => {})
  expect(await lane.write(aWrite('sale', { paused: 1 }))).toMatchObject({ status: 201 })
})

test('a request that the server cannot do in time is found and refused alone, and the head is free again', async () => {
  await lane.write(aWrite('receipt', { slow: 10, quick: 20 }))
  const root = await createConnection(store.root)
  await root.query('RENAME TABLE stock TO stock_rows')
  await root.query("CREATE VIEW stock AS SELECT * FROM stock_rows WHERE sku <> 'slow' OR SLEEP(60) = 0")
  try {
    const patient = store.openLane({ answerWithinMs: 1_000 })
    const sales = ['quick', 'quick', 'slow', 'quick', 'quick'].map((sku) => aWrite('sale', { [sku]: 1 }))
    const answers = await Promise.allSettled(sales.map((sale) => patient.write(sale)))
    expect(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : answer.reason.code)),
    ).toEqual([...[201, 201, 'database_unavailable', 201, 201]])
  } finally {
    await root.query('DROP VIEW stock')
    await root.query('RENAME TABLE stock_rows TO stock')
    await root.end()
  }
  expect(await onHandOf(pool)).toMatchObject({ slow: 10, quick: 16 })
  expect(await brokenInvariants(pool)).toEqual([])
})
