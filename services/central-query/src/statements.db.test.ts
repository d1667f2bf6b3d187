import {
  callRoutes,
  costlyStatements,
  fillTables,
  numbersBelow,
  type RouteCalls,
  watchStatements,
} from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { openCentral } from './testing/open-central.ts'

const STORES = 100
const SKUS = 10_000
const LEVELS = 50_000
const ENTRIES = 200_000
/** Records that could not be applied, one in fifty of them open. */
const PARKED = 50_000

/** A chain of 100 stores: 10,000 products, 50,000 levels, 200,000 entries and as many daily sums. */
function fill(shop: Awaited<ReturnType<typeof openCentral>>): Promise<void> {
  const at = "'2026-05-01 12:00:00'"
  const storeId = `CONCAT('store-', LPAD(n % ${STORES}, 3, '0'))`
  const sku = `CONCAT('SKU-', LPAD(n DIV ${STORES} % ${SKUS}, 5, '0'))`
  return fillTables(shop.addresses.root, [
    `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
     ${numbersBelow(STORES)} SELECT ${storeId}, 0, 'x', 'Berlin', 52.5, 13.4, ${storeId}, ${at}, ${at} FROM numbers`,
    `INSERT INTO cursors (part, store_id, epoch, seq, checksum, opened, as_of, commands_done, commands_moved_at,
       parked_open, updated_at)
     ${numbersBelow(STORES)} SELECT 0, ${storeId}, 1, 2000, '0000000000000000', 1, 0, 0, ${at}, 0, ${at} FROM numbers`,
    `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
     ${numbersBelow(LEVELS)} SELECT 0, ${sku}, ${storeId}, 5, 0, 0, 1, 1, ${at} FROM numbers`,
    `INSERT INTO central_view.ledger (part, store_id, epoch, seq, sku, kind, on_hand_delta, held_delta, on_hand, held,
       caller, request_id, occurred_at, recorded_at, applied_at)
     ${numbersBelow(ENTRIES)} SELECT 0, ${storeId}, 1, n DIV ${STORES} + 1, CONCAT('SKU-', LPAD(n DIV 7 % ${SKUS}, 5, '0')),
       'sale', -1, 0, 5, 0, 'till', n, ${at}, ${at}, ${at} FROM numbers`,
    `INSERT IGNORE INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales)
     ${numbersBelow(ENTRIES)} SELECT 0, ${storeId}, ${sku}, '2026-05-01' + INTERVAL n DIV 50000 DAY, 1, 0, 1 FROM numbers`,
    `INSERT INTO products (sku, sku_folded, name, category, price_minor, currency, attributes, created_at, updated_at)
     ${numbersBelow(SKUS)} SELECT CONCAT('SKU-', LPAD(n, 5, '0')), CONCAT('sku-', LPAD(n, 5, '0')), 'x',
       CONCAT('category-', n % 50), 100, 'EUR', '{}', ${at}, ${at} FROM numbers`,
    `INSERT INTO parked (topic, partition_id, record_offset, store_id, reason, parked_at, resolved_at)
     ${numbersBelow(PARKED)} SELECT 'journal', 0, n, ${storeId}, 'x', ${at}, IF(n % 50 = 7, NULL, ${at}) FROM numbers`,
    'ANALYZE TABLE products, stores, cursors, stock, parked, central_view.ledger, central_view.daily_sales',
  ])
}

const PRODUCT = { name: 'Milk', category: 'dairy', price: { amount: 100, currency: 'EUR' }, attributes: {} }
const MARGIN = { sku: 'SKU-00001', units: 2 }

/** One call or more of each route, by `METHOD path`. */
const CALLS: RouteCalls = {
  'GET /v1/availability/{sku}': [['/v1/availability/SKU-00001']],
  'POST /v1/availability': [['/v1/availability', { skus: ['SKU-00001', 'SKU-00002'] }]],
  'GET /v1/stores/{storeId}/availability': [['/v1/stores/store-001/availability?limit=1000']],
  'GET /v1/freshness': [['/v1/freshness']],
  'GET /v1/stores': [['/v1/stores?limit=10']],
  'GET /v1/stores/{storeId}': [['/v1/stores/store-001']],
  'PUT /v1/stores/{storeId}': [
    ['/v1/stores/store-999', { name: 'x', place: 'Berlin', latitude: 52.5, longitude: 13.4 }],
  ],
  'GET /v1/margins': [['/v1/margins']],
  'PUT /v1/margins': [['/v1/margins', MARGIN]],
  'DELETE /v1/margins': [['/v1/margins?sku=SKU-00001']],
  'GET /v1/margins/effective': [['/v1/margins/effective?store=store-001&sku=SKU-00001']],
  'GET /v1/products': [['/v1/products'], ['/v1/products?category=category-7']],
  'PUT /v1/products': [['/v1/products', { products: [{ sku: 'SKU-00002', ...PRODUCT }] }]],
  'GET /v1/products/{sku}/changes': [['/v1/products/SKU-00002/changes']],
  'GET /v1/products/{sku}': [['/v1/products/SKU-00001']],
  'PUT /v1/products/{sku}': [['/v1/products/SKU-00001', PRODUCT]],
  'PATCH /v1/products/{sku}': [['/v1/products/SKU-00001', { name: 'Whole milk' }]],
  'DELETE /v1/products/{sku}': [['/v1/products/SKU-00001']],
  'GET /v1/ledger': [
    ['/v1/ledger'],
    ['/v1/ledger?store=store-050'],
    ['/v1/ledger?sku=SKU-00777'],
    ['/v1/ledger?sku=SKU-00777&store=store-050'],
  ],
  'GET /v1/sales/daily': [
    ['/v1/sales/daily'],
    ['/v1/sales/daily?store=store-050'],
    ['/v1/sales/daily?sku=SKU-00777'],
    ['/v1/sales/daily?sku=SKU-00777&from=2026-05-02&to=2026-05-03'],
  ],
}

test('no statement of any route or timer reads or sorts many more rows than it returns', async () => {
  await using shop = await openCentral()
  await fill(shop)
  const { root } = shop.addresses
  const watch = await watchStatements(root)
  await callRoutes((method, path, body) => shop.ask(path, method, body), CALLS)
  const statements = await watch.stop()
  expect(statements.length).toBeGreaterThan(30)
  expect(statements.join()).toContain('FROM parked')
  expect(await costlyStatements(root, statements)).toEqual({ costly: [], unneeded: [] })
}, 120_000)
