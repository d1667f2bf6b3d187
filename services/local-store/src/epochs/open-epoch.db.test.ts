import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { checksumOf } from '@shelfwire/contracts'
import { connectLane, type DatabaseAddress } from '@shelfwire/mysql'
import { openProxy } from '@shelfwire/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readHead } from '../journal/head-sql.ts'
import {
  aWrite,
  journalOf,
  type OpenStore,
  onHandOf,
  openStore,
  rowsOf,
  STORE_ID,
} from '../testing/open-store.ts'
import { openEpoch } from './open-epoch.ts'
import { SKUS_PER_SLICE } from './opening-operation.ts'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
  await store.lane.write(aWrite('receipt', { milk: 10, bread: 5, beer: 3 }))
  await store.lane.write(aWrite('sale', { milk: 4, beer: 3 }))
})
afterEach(() => store[Symbol.asyncDispose]())

async function open(address: DatabaseAddress = store.service, { aboveEpoch = 0, oneByOne = false } = {}) {
  const connection = await connectLane(address)
  if (oneByOne) connection.config.multipleStatements = false
  connection.on('error', () => {})
  try {
    const options = { storeId: STORE_ID, now: () => new Date(), reason: 'a disk was lost', aboveEpoch }
    return await openEpoch(connection, options)
  } finally {
    connection.destroy()
  }
}

const newEntries = async () => (await journalOf(store.pool)).filter(({ epoch }) => epoch === 2)

describe('I1, I2, I5: a store that opens an epoch', () => {
  test('names every SKU once, from nothing to its level, then says that it is open', async () => {
    expect(await open()).toMatchObject({ head: { epoch: 2, nextSeq: 5 }, skus: 3 })
    expect(await newEntries()).toMatchObject([
      { seq: 1, kind: 'opening', sku: 'beer', onHandDelta: 0, onHand: 0, reason: 'a disk was lost' },
      { seq: 2, kind: 'opening', sku: 'bread', onHandDelta: 5, onHand: 5 },
      { seq: 3, kind: 'opening', sku: 'milk', onHandDelta: 6, onHand: 6 },
      { seq: 4, kind: 'opened', sku: null, onHandDelta: 0, onHand: 0, reference: '1.5' },
    ])
    expect(await rowsOf(store.pool, 'SELECT sku, on_hand, epoch, seq FROM stock ORDER BY sku')).toEqual([
      { sku: 'beer', on_hand: 0, epoch: 2, seq: 1 },
      { sku: 'bread', on_hand: 5, epoch: 2, seq: 2 },
      { sku: 'milk', on_hand: 6, epoch: 2, seq: 3 },
    ])
  })

  test('sells on behind it, also in a service that ran meanwhile', async () => {
    await open()
    const { body } = await store.lane.write(aWrite('sale', { milk: 1 }))
    expect(body).toMatchObject({ entries: [{ epoch: 2, seq: 5, onHand: 5 }] })
    expect(await onHandOf(store.pool)).toEqual({ beer: 0, bread: 5, milk: 5 })
  })

  test('knows what was sold before it: a count taken in the old epoch and posted in this one finds nothing', async () => {
    await pause(5)
    const observedAt = new Date().toISOString()
    await pause(5)
    await store.lane.write(aWrite('sale', { milk: 2 }))
    await open()
    await store.lane.write(aWrite('sale', { milk: 1 }))
    const { body } = await store.lane.write(aWrite('count', { milk: 6 }, { observedAt }))
    expect(body).toMatchObject({ entries: [{ kind: 'count', onHandDelta: 0, onHand: 3 }] })
  })

  test('keeps its old journal, so that an old key still sells nothing twice', async () => {
    const key = randomUUID()
    const first = await store.lane.write(aWrite('sale', { bread: 1 }, { key, reference: 'receipt 7' }))
    await open()
    expect(await store.lane.write(aWrite('sale', { bread: 1 }, { key, reference: 'receipt 7' }))).toEqual(
      first,
    )
    expect((await journalOf(store.pool)).filter(({ epoch }) => epoch === 1)).toHaveLength(6)
  })

  test('never takes a number that others know already, though a restore made it forget that', async () => {
    expect(await open(store.service, { aboveEpoch: 7 })).toMatchObject({ head: { epoch: 8, nextSeq: 5 } })
    expect(await open(store.service, { aboveEpoch: 7 })).toMatchObject({ head: { epoch: 9 } })
  })

  test('says how far it remembers the epochs before, so that central takes off what a restore has forgotten', async () => {
    const opened = async (epoch: number) =>
      (await journalOf(store.pool)).find((entry) => entry.epoch === epoch && entry.kind === 'opened')
    await open()
    await store.lane.write(aWrite('sale', { milk: 1 }))
    await open(store.service, { aboveEpoch: 7 })
    expect(await opened(8)).toMatchObject({ reference: '1.5 2.5' })
  })

  test('remembers nothing when its database was lost whole and begins empty', async () => {
    await store[Symbol.asyncDispose]()
    store = await openStore()
    await open()
    expect(await journalOf(store.pool)).toMatchObject([
      { epoch: 2, seq: 1, kind: 'opened', reference: '1.0' },
    ])
  })

  test('begins with the checksum of its levels, whatever the old one had come to', async () => {
    await store.pool.query("UPDATE head SET checksum = '0123456789abcdef'")
    await open()
    const levels = Object.entries(await onHandOf(store.pool)).map(([sku, onHand]) => ({
      sku,
      onHand,
      held: 0,
    }))
    expect((await readHead(store.pool, STORE_ID)).checksum).toBe(checksumOf(levels))
  })
})

test('a store with more SKUs than one statement carries opens as well', async () => {
  const at = '2026-05-01 10:00:00.000000'
  const rows = Array.from({ length: 25_000 }, (_, index) => [`S${index}`, `s${index}`, 7, 0, 1, 1, at])
  for (let start = 0; start < rows.length; start += 5_000) {
    await store.pool.query(
      'INSERT INTO stock (sku, sku_folded, on_hand, held, epoch, seq, updated_at) VALUES ?',
      [rows.slice(start, start + 5_000)],
    )
  }
  expect(await open()).toMatchObject({ skus: 25_003, head: { nextSeq: 25_005 } })
  expect(await newEntries()).toHaveLength(25_004)
})

describe('an opening that is cut off', () => {
  /** How each ends when it goes by itself, the journal's INSERT aside, which ends with the time. */
  const STATEMENTS = [
    'FOR UPDATE',
    `LIMIT ${SKUS_PER_SLICE}`,
    'updated_at = VALUES(updated_at)',
    `WHERE store_id = '${STORE_ID}'`,
    'COMMIT',
  ]

  test.each(STATEMENTS)('before %s has left nothing, and can be done again', async (statement) => {
    const proxy = await openProxy(store.service)
    proxy.onClientText(statement, 'lose the question')
    const cutOff = { ...store.service, port: proxy.port }
    await expect(open(cutOff, { oneByOne: true })).rejects.toThrow()
    expect(proxy.cuts).toBe(1)
    expect(await readHead(store.pool, STORE_ID)).toMatchObject({ epoch: 1, nextSeq: 6 })
    expect(await newEntries()).toEqual([])
    expect(await open()).toMatchObject({ head: { epoch: 2 } })
  })

  test('in the moment of its COMMIT is whole; done again it opens the next one', async () => {
    const proxy = await openProxy(store.service)
    proxy.onClientText('COMMIT', 'lose the answer')
    await expect(open({ ...store.service, port: proxy.port })).rejects.toMatchObject({
      code: 'outcome_unknown',
    })
    expect(await newEntries()).toHaveLength(4)
    expect(await open()).toMatchObject({ head: { epoch: 3, nextSeq: 5 } })
  })
})
