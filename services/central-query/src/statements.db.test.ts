import { costlyStatements, fillingSession, watchStatements } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { openCentral } from './testing/open-central.ts'

const STORES = 100
const SKUS = 10_000
const LEVELS = 50_000
const ENTRIES = 200_000

/** Statements that may read more than they give, each with its reason. */
const ALLOWED: [RegExp, string][] = []

/** A chain of 100 stores: 10,000 products, 50,000 levels, 200,000 entries and as many daily sums. */
async function fill(shop: Awaited<ReturnType<typeof openCentral>>): Promise<void> {
  const numbers = (count: number) =>
    `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})`
  const session = await shop.root.getConnection()
  const at = "'2026-05-01 12:00:00'"
  const storeId = `CONCAT('store-', LPAD(n % ${STORES}, 3, '0'))`
  const sku = `CONCAT('SKU-', LPAD(n DIV ${STORES} % ${SKUS}, 5, '0'))`
  await session.query(fillingSession(ENTRIES))
  await session.query(
    `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
     ${numbers(STORES)} SELECT ${storeId}, 0, 'x', 'Berlin', 52.5, 13.4, ${storeId}, ${at}, ${at} FROM numbers`,
  )
  await session.query(
    `INSERT INTO cursors (part, store_id, epoch, seq, checksum, opened, as_of, commands_done, commands_moved_at,
       parked_open, updated_at)
     ${numbers(STORES)} SELECT 0, ${storeId}, 1, 2000, '0000000000000000', 1, 0, 0, ${at}, 0, ${at} FROM numbers`,
  )
  await session.query(
    `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
     ${numbers(LEVELS)} SELECT 0, ${sku}, ${storeId}, 5, 0, 0, 1, 1, ${at} FROM numbers`,
  )
  await session.query(
    `INSERT INTO central_view.ledger (part, store_id, epoch, seq, sku, kind, on_hand_delta, held_delta, on_hand, held,
       caller, request_id, occurred_at, recorded_at, applied_at)
     ${numbers(ENTRIES)} SELECT 0, ${storeId}, 1, n DIV ${STORES} + 1, CONCAT('SKU-', LPAD(n DIV 7 % ${SKUS}, 5, '0')),
       'sale', -1, 0, 5, 0, 'till', n, ${at}, ${at}, ${at} FROM numbers`,
  )
  await session.query(
    `INSERT IGNORE INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales)
     ${numbers(ENTRIES)} SELECT 0, ${storeId}, ${sku}, '2026-05-01' + INTERVAL n DIV 50000 DAY, 1, 0, 1 FROM numbers`,
  )
  await session.query(
    `INSERT INTO products (sku, sku_folded, name, category, price_minor, currency, attributes, created_at, updated_at)
     ${numbers(SKUS)} SELECT CONCAT('SKU-', LPAD(n, 5, '0')), CONCAT('sku-', LPAD(n, 5, '0')), 'x',
       CONCAT('category-', n % 50), 100, 'EUR', '{}', ${at}, ${at} FROM numbers`,
  )
  await session.query(
    'ANALYZE TABLE products, stores, cursors, stock, central_view.ledger, central_view.daily_sales',
  )
  session.release()
}

const PRODUCT = { name: 'Milk', category: 'dairy', price: { amount: 100, currency: 'EUR' }, attributes: {} }
const MARGIN = { sku: 'SKU-00001', units: 2 }

/** One call or more of each route, by `METHOD path`. */
const CALLS: Record<string, [path: string, body?: unknown][]> = {
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

test('no statement of any route reads or sorts many more rows than it gives', async () => {
  await using shop = await openCentral()
  await fill(shop)
  const { body: document } = await shop.ask('/openapi.json')
  const routes = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const watch = await watchStatements(shop.addresses.root)
  for (const route of routes.filter((each) => each.includes('/v1/') && !each.endsWith('/stream'))) {
    const calls = CALLS[route]
    expect(calls, `${route} is called by this test`).toBeDefined()
    for (const [path, body] of calls ?? []) {
      const answer = await shop.ask(path, route.split(' ')[0], body)
      expect([200, 201, 204, 404], `${path}: ${JSON.stringify(answer.body).slice(0, 300)}`).toContain(
        answer.status,
      )
      const { next } = (answer.body ?? {}) as { next?: string | null }
      if (next) await shop.ask(`${path}${path.includes('?') ? '&' : '?'}cursor=${next}`)
    }
  }
  const statements = await watch.stop()
  expect(statements.length).toBeGreaterThan(30)
  const costly = await costlyStatements(shop.addresses.root, statements)
  expect(costly.filter(({ sql }) => !ALLOWED.some(([statement]) => statement.test(sql)))).toEqual([])
}, 120_000)
