import { createPool, inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { openCentral } from '../../testing/central-database.ts'
import { NOON_US } from '../../testing/sample-store.ts'
import type { StockRow } from './stock-row.ts'
import { saveStock } from './stock-sql.ts'

const levels = (count: number): StockRow[] =>
  Array.from({ length: count }, (_, index) => ({
    storeId: 'store-1',
    sku: `SKU-${index}`,
    onHand: 5,
    held: 0,
    epoch: 1,
    seq: index + 1,
    updatedAtUs: NOON_US,
  }))

test('a level that came between reading and writing: many new ones are refused, few take it as it is', async () => {
  await using central = await openCentral()
  const pool = createPool(central.service, { connections: 1 })
  const save = (unknown: StockRow[]) =>
    inTransaction(pool, (trx) => saveStock(trx, 0, { known: [], unknown }))
  await pool.query(
    `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
     VALUES (0, 'SKU-7', 'store-1', 1, 0, 1, 1, 1, '2026-01-01')`,
  )
  const rows = () => central.rows('SELECT sku, on_hand, pending FROM stock ORDER BY seq')

  await expect(save(levels(150))).rejects.toThrow('149 of 150 rows were inserted')
  expect(await rows()).toEqual([{ sku: 'SKU-7', on_hand: 1, pending: 1 }])
  await save(levels(50))
  expect(await rows()).toHaveLength(50)
  expect(await rows()).toContainEqual({ sku: 'SKU-7', on_hand: 5, pending: 1 })
  await save(levels(300).slice(50))
  expect(await rows()).toHaveLength(300)
  await pool.end()
})
