import type { MarginRule } from '@shelfwire/central'
import { datetimeOfUs, isoOfDatetime } from '@shelfwire/contracts'
import type { Reader, Transaction } from '@shelfwire/mysql'
import { afterKey, build, readRows } from '../page-query.ts'
import type { MarginView } from './margin.ts'

/** What a rule is for; null means any. In SQL an empty text stands for it, because NULL would escape the key. */
export type MarginName = Omit<MarginRule, 'units'>

interface MarginRow {
  store_id: string
  category: string
  sku: string
  units: number
  updated_by: string
  updated_at: string
}

const KEY = ['store_id', 'category', 'sku']
const keyOf = ({ storeId, category, sku }: MarginName) => [storeId ?? '', category ?? '', sku ?? '']

export async function lockMargin(trx: Transaction, name: MarginName): Promise<number | undefined> {
  const [row] = await trx.rows<{ units: number }>(
    'SELECT units FROM margins WHERE store_id = ? AND category = ? AND sku = ? FOR UPDATE',
    keyOf(name),
  )
  return row?.units
}

export async function saveMargin(
  trx: Transaction,
  rule: MarginRule,
  { caller, nowUs }: { caller: string; nowUs: number },
): Promise<void> {
  await trx.run(
    `INSERT INTO margins (store_id, category, sku, units, updated_by, updated_at) VALUES (?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE units = VALUES(units), updated_by = VALUES(updated_by), updated_at = VALUES(updated_at)`,
    [...keyOf(rule), rule.units, caller, datetimeOfUs(nowUs)],
  )
}

export async function deleteMargin(trx: Transaction, name: MarginName): Promise<void> {
  await trx.run('DELETE FROM margins WHERE store_id = ? AND category = ? AND sku = ?', keyOf(name))
}

/** Rules that name what `wanted` names, in the order of (store, category, SKU), behind `after`. */
export async function selectMarginPage(
  reader: Reader,
  { wanted, after, limit }: { wanted: Partial<MarginName>; after: string[] | undefined; limit: number },
): Promise<MarginView[]> {
  const query = build('margins').select('*').orderBy(KEY).limit(limit)
  if (wanted.storeId) query.where('store_id', wanted.storeId)
  if (wanted.category) query.where('category', wanted.category)
  if (wanted.sku) query.where('sku', wanted.sku)
  const rows = await readRows<MarginRow>(reader, afterKey(query, KEY, after))
  return rows.map((row) => ({
    store: row.store_id || null,
    category: row.category || null,
    sku: row.sku || null,
    units: row.units,
    updatedBy: row.updated_by,
    updatedAt: isoOfDatetime(row.updated_at),
  }))
}
