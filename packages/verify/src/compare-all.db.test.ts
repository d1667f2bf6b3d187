import { ENTRY_COLUMNS } from '@shelfwire/contracts'
import { createPool, type Pool } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { compareAll } from './compare-all.ts'
import { type DatabaseAddresses, openDatabases } from './databases.ts'

const AT = '2026-05-01 10:00:00.123456'
const SKUS = 10
const ENTRIES = 2_500
const COLUMNS = ENTRY_COLUMNS.join(', ')

/** Entry number `seq` of a store that receives one unit at a time, SKU after SKU. */
function entry(seq: number): unknown[] {
  const [sku, onHand] = [`SKU-${seq % SKUS}`, Math.ceil(seq / SKUS)]
  return [1, seq, 'store-1', sku, 'receipt', 1, 0, onHand, 0, null, 'local', `key-${seq}`, null, '', AT, AT]
}
const level = (seq: number) =>
  entry(seq)
    .slice(3, 8)
    .filter((_, index) => index === 0 || index === 4)
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

let addresses: DatabaseAddresses
let store: Pool
let central: Pool

/** A store with 2,500 entries, and central with the same. */
beforeEach(async () => {
  const [storeDatabase, centralDatabase] = [
    await freshDatabase('local-store'),
    await freshDatabase('central'),
  ]
  addresses = { central: centralDatabase.service, stores: new Map([['store-1', storeDatabase.service]]) }
  store = createPool(storeDatabase.root, { connections: 1 })
  central = createPool(centralDatabase.root, { connections: 1 })
  onTestFinished(() => Promise.all([store.end(), central.end()]).then(() => {}))
  await record(1, ENTRIES)
  await apply(1, ENTRIES)
})

async function record(from: number, to: number): Promise<void> {
  await store.query(`INSERT INTO journal (${COLUMNS}) VALUES ?`, [numbers(from, to).map(entry)])
  const rows = numbers(Math.max(from, to - SKUS + 1), to).map((seq) => {
    const [sku, onHand] = level(seq)
    return [sku, String(sku).toLowerCase(), onHand, 0, 1, seq, AT]
  })
  await store.query('REPLACE INTO stock (sku, sku_folded, on_hand, held, epoch, seq, updated_at) VALUES ?', [
    rows,
  ])
}

async function apply(from: number, to: number): Promise<void> {
  const entries = numbers(from, to).map((seq) => [0, ...entry(seq), AT])
  await central.query(`INSERT INTO central_view.ledger (part, ${COLUMNS}, applied_at) VALUES ?`, [entries])
  const rows = numbers(Math.max(from, to - SKUS + 1), to).map((seq) => {
    const [sku, onHand] = level(seq)
    return [0, sku, 'store-1', onHand, 0, 0, 1, seq, AT]
  })
  await central.query(
    'REPLACE INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at) VALUES ?',
    [rows],
  )
  // IGNORE: what else a cursor holds is of no concern here and may stay at nothing.
  await central.query('DELETE FROM cursors')
  await central.query("INSERT IGNORE INTO cursors (part, store_id, epoch, seq) VALUES (0, 'store-1', 1, ?)", [
    to,
  ])
}

async function differences(withinMs: number) {
  await using databases = openDatabases(addresses)
  return (await compareAll(databases, { withinMs })).flatMap((comparison) => comparison.differences)
}

describe('I3: comparing a store with central', () => {
  test('comparing equal sides finds no difference and counts what was compared', async () => {
    await using databases = openDatabases(addresses)
    expect(await compareAll(databases, { withinMs: 0 })).toEqual([
      { storeId: 'store-1', rows: SKUS, entries: ENTRIES, differences: [] },
    ])
  })

  test('a level that differs, an entry that is missing and one whose content differs are found', async () => {
    await central.query("UPDATE stock SET on_hand = 7 WHERE sku = 'SKU-3'")
    await central.query('DELETE FROM central_view.ledger WHERE seq = 1500')
    await central.query("UPDATE central_view.ledger SET reference = 'NULL' WHERE seq = 2")
    expect(await differences(0)).toMatchObject([
      { where: 'SKU-3', field: 'onHand', store: 250, central: 7 },
      { where: 'seq 2 of epoch 1', field: 'content' },
      { where: 'seq 1500 of epoch 1', field: 'content', central: null },
    ])
  })

  test('rows and entries that no store ever had are found', async () => {
    await apply(ENTRIES + 1, ENTRIES + 1)
    await central.query(
      `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
       VALUES (0, 'GHOST', 'store-1', 1, 0, 0, 1, 1, ?)`,
      [AT],
    )
    const found = await differences(0)
    expect(found.map(({ where, field }) => `${where} ${field}`)).toEqual([
      'SKU-1 entry',
      'GHOST entry',
      'ledger newest entry',
    ])
  })

  test('the comparison waits until central has applied what the store had, up to its limit', async () => {
    await record(ENTRIES + 1, ENTRIES + 1)
    const late = await differences(0)
    expect(late.map(({ where, field }) => `${where} ${field}`)).toEqual([
      'SKU-1 seq',
      'cursor applied',
      `seq ${ENTRIES + 1} of epoch 1 content`,
    ])
    const found = differences(20_000)
    await apply(ENTRIES + 1, ENTRIES + 1)
    expect(await found).toEqual([])
  })

  test('entries of a closed epoch that a restored store no longer has are ignored', async () => {
    const opening = [
      2,
      1,
      'store-1',
      'SKU-1',
      'opening',
      1,
      0,
      1,
      0,
      null,
      'store',
      'epoch-2',
      null,
      '',
      AT,
      AT,
    ]
    await store.query('DELETE FROM journal WHERE seq > 2000')
    await store.query(`INSERT INTO journal (${COLUMNS}) VALUES ?`, [[opening]])
    await store.query("DELETE FROM stock WHERE sku <> 'SKU-1'")
    await store.query('UPDATE stock SET on_hand = 1, epoch = 2, seq = 1')
    await central.query(`INSERT INTO central_view.ledger (part, ${COLUMNS}, applied_at) VALUES ?`, [
      [[0, ...opening, AT]],
    ])
    await central.query('UPDATE stock SET on_hand = 0, epoch = 2, seq = 0')
    await central.query("UPDATE stock SET on_hand = 1, seq = 1 WHERE sku = 'SKU-1'")
    await central.query('UPDATE cursors SET epoch = 2, seq = 1')
    expect(await differences(0)).toEqual([])
    await central.query("UPDATE central_view.ledger SET reference = 'x' WHERE epoch = 1 AND seq IN (7, 2001)")
    expect(await differences(0)).toMatchObject([{ where: 'seq 7 of epoch 1', field: 'content' }])
  })

  test('central counts as having applied entries only up to the first gap', async () => {
    await central.query(
      `INSERT INTO gaps (part, store_id, epoch, from_seq, to_seq, seen_at, command_number)
       VALUES (0, 'store-1', 1, 700, 700, ?, 0)`,
      [AT],
    )
    expect(await differences(0)).toMatchObject([{ where: 'cursor', central: 'seq 699 of epoch 1' }])
  })
})
