import type { Command } from '@shelfwire/contracts'
import { connectLane, inTransaction, readerOn, type Transaction } from '@shelfwire/mysql'
import {
  type AllowedStatement,
  callRoutes,
  costlyStatements,
  fillTables,
  numbersBelow,
  type RouteCalls,
  watchStatements,
} from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { openEpoch } from './epochs/open-epoch.ts'
import { readChangesAbove } from './journal/changes-sql.ts'
import { readHead } from './journal/head-sql.ts'
import { forgetOldAnswers } from './requests/forget-requests.ts'
import { makeRoom } from './retention/journal-room.ts'
import { keepStore } from './retention/keep-store.ts'
import { fillJournal } from './testing/fill-journal.ts'
import { openShop } from './testing/open-shop.ts'
import { STORE_ID } from './testing/open-store.ts'

const ENTRIES = 200_000
/** Four fifths of them are in the stock. */
const SKUS = 25_000
/** Of the last ten days. */
const ANSWERS = 100_000
const DAY_MS = 86_400_000

const ALLOWED: AllowedStatement[] = [
  {
    statement: /SUM\(on_hand_delta\)/,
    reason: 'a count adds up what its SKU did since the look: before the lock, of 31 days, in an index',
  },
  {
    statement: /SELECT COUNT\(\*\) AS skus FROM stock/,
    reason: 'a person who opens an epoch reads how many SKUs it begins with, once',
  },
]

type Shop = Awaited<ReturnType<typeof openShop>>

/** A store that has sold for a month. */
async function fill({ store }: Shop): Promise<void> {
  await fillJournal(store, ENTRIES, SKUS)
  await fillTables(store.root, [
    `INSERT INTO requests (caller, request_id, body_hash, status, answer, recorded_at)
     ${numbersBelow(ANSWERS)} SELECT 'old', CONCAT('old-', n + 1), '', 201, NULL,
       UTC_TIMESTAMP(6) - INTERVAL n DIV ${ANSWERS / 10} DAY FROM numbers`,
    'UPDATE stock SET late_seq = seq WHERE seq % 50 = 1',
    'ANALYZE TABLE requests, stock',
  ])
}

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
const some = (quantity: number) => ({
  lines: Array.from({ length: 50 }, (_, index) => ({
    sku: `sku-${String(index * 5).padStart(5, '0')}`,
    quantity,
  })),
})
const observed = { ...some(3), observedAt: daysAgo(30), policy: 'record' }
const RECORDED = { ...some(1), policy: 'record' }

const CALLS: RouteCalls = {
  'POST /v1/receipts': [['/v1/receipts', some(10)]],
  'POST /v1/sales': [['/v1/sales', RECORDED]],
  'POST /v1/returns': [['/v1/returns', RECORDED]],
  'POST /v1/adjustments': [['/v1/adjustments', { ...RECORDED, reason: 'broken' }]],
  'POST /v1/counts': [['/v1/counts', observed]],
  'POST /v1/batches': [
    [
      '/v1/batches',
      {
        requests: Array.from({ length: 100 }, (_, index) => ({
          ...{ kind: 'sale', idempotencyKey: `old-${index}`, ...RECORDED },
        })),
      },
    ],
  ],
  'GET /v1/stock/{sku}': [['/v1/stock/sku-00000']],
  'GET /v1/stock': [['/v1/stock'], ['/v1/stock?limit=1000']],
  'GET /v1/recounts': [['/v1/recounts']],
  'GET /v1/journal': [
    ['/v1/journal'],
    [`/v1/journal?after=${ENTRIES - 1_000}`],
    ['/v1/journal?epoch=1'],
    ['/v1/journal?sku=sku-00000'],
    ['/v1/journal?sku=sku-00777'],
    ['/v1/journal?epoch=1&sku=sku-00777'],
  ],
  'GET /v1/status': [['/v1/status']],
}

/** What the lane does beside writes. */
async function consumeCommands({ store }: Shop): Promise<void> {
  const order = (number: number, kind: string, body: object): { command: Command } => ({
    command: {
      ...{ storeId: STORE_ID, era: 0, number, attempt: 1, kind, reference: null, issuedAtUs: 0 },
      body: JSON.stringify(body),
    },
  })
  await store.lane.command(order(1, 'resync', { epoch: 1, fromSeq: ENTRIES / 2, toSeq: ENTRIES / 2 + 999 }))
  await store.lane.command(order(2, 'forget_epochs', { below: 1 }))
  await store.lane.beat(() => 7)
}

/** What runs by the clock, and what a person starts. Nothing is dropped, so that all is still there to be measured. */
async function doJobs({ store }: Shop): Promise<void> {
  await forgetOldAnswers(store.pool, new Date())
  const nextYear = new Date(Date.now() + 366 * DAY_MS)
  expect(await keepStore({ ...store, storeId: STORE_ID }, nextYear)).toMatchObject({ opened: 2 })
  await makeRoom(store.maintenance, readerOn(store.pool), 3)
  const connection = await connectLane(store.service)
  await openEpoch(connection, { storeId: STORE_ID, now: () => new Date(), reason: 'a test', aboveEpoch: 0 })
  connection.destroy()
}

/** A second process has recorded 1,000 entries between a count's sum and its lock. */
function completeCount(trx: Transaction) {
  const skus = Array.from({ length: 100 }, (_, index) => `sku-${String(index).padStart(5, '0')}`)
  return readChangesAbove(trx, { above: { epoch: 1, seq: ENTRIES - 1_000 }, skus })
}

test('no statement of any route or job reads or sorts many more rows than it gives', async () => {
  const shop = await openShop()
  await fill(shop)
  const { store } = shop
  const watch = await watchStatements(store.root)
  await callRoutes(shop.ask, CALLS)
  await inTransaction(store.pool, completeCount)
  await consumeCommands(shop)
  await doJobs(shop)
  const statements = await watch.stop()
  expect((await readHead(store.pool, STORE_ID)).epoch).toBe(3)
  expect(statements.length).toBeGreaterThan(25)
  expect(await costlyStatements(store.root, statements, ALLOWED)).toEqual({ costly: [], unneeded: [] })
  await shop.close()
}, 120_000)
