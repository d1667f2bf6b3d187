import { datetimeOfUs, isoOfDatetime } from '@shelfwire/contracts'
import {
  inSlices,
  MAX_KEYS_PER_LIST,
  type Reader,
  select,
  selectByKeys,
  type Transaction,
} from '@shelfwire/mysql'
import { build, readRows } from '../page-query.ts'
import type { Product } from './product.ts'

interface ProductRow {
  sku: string
  name: string
  category: string | null
  price_minor: number
  currency: string
  attributes: unknown
}

/** One row of a product's history. */
export interface ProductChangeRow {
  sku: string
  revision: number
  kind: 'created' | 'changed' | 'removed'
  changedBy: string
  changedAt: string
  before: Product | null
  after: Product | null
}

const COLUMNS = ['sku', 'name', 'category', 'price_minor', 'currency', 'attributes']

const productOf = (row: ProductRow): Product => ({
  sku: row.sku,
  name: row.name,
  category: row.category,
  price: { amount: row.price_minor, currency: row.currency },
  attributes: parsed(row.attributes) as Product['attributes'],
})

// MySQL's driver parses a JSON column; MariaDB has it as text.
const parsed = (json: unknown): unknown => (typeof json === 'string' ? JSON.parse(json) : json)

/** The form in which two SKUs that differ only in case are one. */
export const foldSku = (sku: string): string => sku.toLowerCase()

export async function selectProduct(reader: Reader, sku: string): Promise<Product | undefined> {
  const [row] = await reader.rows<ProductRow>(`SELECT ${COLUMNS} FROM products WHERE sku = ?`, [sku])
  return row === undefined ? undefined : productOf(row)
}

/** Products in the order of SKUs, behind `after`. */
export async function selectProductPage(
  reader: Reader,
  { category, after, limit }: { category: string | undefined; after: string | undefined; limit: number },
): Promise<Product[]> {
  const query = build('products').select(COLUMNS).orderBy('sku').limit(limit)
  if (category !== undefined) query.where({ category })
  if (after !== undefined) query.where('sku', '>', after)
  return (await readRows<ProductRow>(reader, query)).map(productOf)
}

/** The products with these SKUs and those that differ from one only in case. */
export async function lockProducts(trx: Transaction, skus: readonly string[]): Promise<Product[]> {
  const folded = skus.map(foldSku).sort()
  const locking = selectByKeys(folded, (slice) =>
    select<ProductRow>(
      `SELECT ${COLUMNS} FROM products WHERE sku_folded IN (?) ORDER BY sku_folded FOR UPDATE`,
      [slice],
    ),
  )
  const rows = await trx.ask(locking)
  return rows.map(productOf)
}

/** The number of each SKU's last change; a SKU that never had one is left out. */
export async function selectRevisions(
  trx: Transaction,
  skus: readonly string[],
): Promise<Map<string, number>> {
  const newest = selectByKeys(skus, (slice) =>
    select<{ sku: string; revision: number }>(
      'SELECT sku, MAX(revision) AS revision FROM product_changes WHERE sku IN (?) GROUP BY sku',
      [slice],
    ),
  )
  const rows = await trx.ask(newest)
  return new Map(rows.map(({ sku, revision }) => [sku, revision]))
}

// Two statements, because an upsert would also update a row that was added meanwhile and differs only in case.
export async function insertProducts(
  trx: Transaction,
  products: readonly Product[],
  nowUs: number,
): Promise<void> {
  if (products.length === 0) return
  await trx.run(`INSERT INTO products ${WRITTEN} VALUES ?`, [
    products.map((product) => rowOf(product, nowUs)),
  ])
}

/** Writes products whose rows are locked. */
export async function updateProducts(
  trx: Transaction,
  products: readonly Product[],
  nowUs: number,
): Promise<void> {
  if (products.length === 0) return
  await trx.run(
    `INSERT INTO products ${WRITTEN} VALUES ?
     ON DUPLICATE KEY UPDATE name = VALUES(name), category = VALUES(category), price_minor = VALUES(price_minor),
       currency = VALUES(currency), attributes = VALUES(attributes), updated_at = VALUES(updated_at)`,
    [products.map((product) => rowOf(product, nowUs))],
  )
}

const WRITTEN = '(sku, sku_folded, name, category, price_minor, currency, attributes, created_at, updated_at)'

function rowOf({ sku, name, category, price, attributes }: Product, nowUs: number): unknown[] {
  const at = datetimeOfUs(nowUs)
  return [sku, foldSku(sku), name, category, price.amount, price.currency, JSON.stringify(attributes), at, at]
}

export async function deleteProducts(trx: Transaction, skus: readonly string[]): Promise<void> {
  const remove = (slice: string[]) => trx.run('DELETE FROM products WHERE sku IN (?)', [slice])
  await inSlices(skus, remove, MAX_KEYS_PER_LIST)
}

export async function insertChanges(
  trx: Transaction,
  changes: readonly Omit<ProductChangeRow, 'changedAt'>[],
  nowUs: number,
): Promise<void> {
  if (changes.length === 0) return
  const text = (product: Product | null) => (product === null ? null : JSON.stringify(product))
  await trx.run(
    `INSERT INTO product_changes (sku, revision, change_kind, changed_by, changed_at, before_row, after_row) VALUES ?`,
    [
      changes.map(({ sku, revision, kind, changedBy, before, after }) => [
        sku,
        revision,
        kind,
        changedBy,
        datetimeOfUs(nowUs),
        text(before),
        text(after),
      ]),
    ],
  )
}

/** A product's changes, the newest first, below revision `before`. */
export async function selectChangePage(
  reader: Reader,
  { sku, before, limit }: { sku: string; before: number | undefined; limit: number },
): Promise<ProductChangeRow[]> {
  const query = build('product_changes').select('*').where({ sku }).orderBy('revision', 'desc').limit(limit)
  if (before !== undefined) query.where('revision', '<', before)
  const rows = await readRows<{
    sku: string
    revision: number
    change_kind: ProductChangeRow['kind']
    changed_by: string
    changed_at: string
    before_row: unknown
    after_row: unknown
  }>(reader, query)
  return rows.map((row) => ({
    sku: row.sku,
    revision: row.revision,
    kind: row.change_kind,
    changedBy: row.changed_by,
    changedAt: isoOfDatetime(row.changed_at),
    before: parsed(row.before_row) as Product | null,
    after: parsed(row.after_row) as Product | null,
  }))
}
