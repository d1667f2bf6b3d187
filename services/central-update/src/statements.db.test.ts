import { datetimeOfUs } from '@shelfwire/contracts'
import { createLog, createMetrics, listen } from '@shelfwire/http'
import { inSnapshot } from '@shelfwire/mysql'
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
import { createUpdateApp } from './app.ts'
import { createApplyLane } from './apply/apply-lane.ts'
import { carryOpenCommands } from './commands/carry-open.ts'
import { selectStoresAhead } from './commands/commands-sql.ts'
import { sendForgetEpochs } from './commands/forget-epochs.ts'
import { refillDroppedCommands } from './commands/refill-dropped.ts'
import { reportGaps, requestResyncs } from './commands/request-resync.ts'
import { resendOpenCommands } from './commands/resend-open.ts'
import { lowerFutureProofs } from './freshness/lower-future-proofs.ts'
import { readHalts } from './parked/halts-sql.ts'
import { PROJECTIONS } from './projections.ts'
import type { JournalRecord } from './records/record.ts'
import { forgetRecords } from './retention/forget-records.ts'
import { keepTables } from './retention/keep-tables.ts'
import { type CentralDatabase, openCentral } from './testing/central-database.ts'
import { NOON_US, sampleStore } from './testing/sample-store.ts'

const STORES = 100
const SKUS = 10_000
const ENTRIES = 200_000
/** All done but the last of each store. */
const COMMANDS = 50_000
/** One in fifty is open. */
const PARKED = 50_000
const GAPS = 1_000
const DAY_US = 86_400_000_000
const MINUTE_US = 60_000_000
const TOPIC = 'journal'

const ALLOWED: AllowedStatement[] = [
  {
    statement: /JOIN commands AS old/,
    reason: 'once a week, before a partition of commands is dropped: reads its numbers, in the key',
  },
]

/** A chain of 100 stores with 10,000 SKUs, in its second epoch for a fortnight. */
function fill({ root }: CentralDatabase): Promise<void> {
  const at = `'${datetimeOfUs(NOON_US)}'`
  const storeId = `CONCAT('store-', LPAD(n % ${STORES}, 3, '0'))`
  return fillTables(root, [
    `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
     ${numbersBelow(STORES)} SELECT ${storeId}, 0, 'x', 'Berlin', 52.5, 13.4, ${storeId}, ${at}, ${at} FROM numbers`,
    `INSERT INTO cursors (part, store_id, epoch, seq, checksum, opened, as_of, commands_done, commands_moved_at,
       answered_ping, parked_open, updated_at)
     ${numbersBelow(STORES)} SELECT 0, ${storeId}, 2, ${ENTRIES / STORES}, '0000000000000000', 1, ${NOON_US} - n,
       IF(n = 1, 700, ${COMMANDS / STORES - 1}), ${at}, ${NOON_US + 1}, 0, ${at} FROM numbers`,
    `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
     ${numbersBelow(ENTRIES)} SELECT 0, CONCAT('SKU-', LPAD(n DIV ${STORES}, 5, '0')), ${storeId}, 5, 0, 0, 2, 1, ${at}
     FROM numbers`,
    `INSERT INTO central_view.ledger (part, store_id, epoch, seq, sku, kind, on_hand_delta, held_delta, on_hand, held,
       caller, request_id, occurred_at, recorded_at, applied_at)
     ${numbersBelow(ENTRIES)} SELECT 0, ${storeId}, 2, n DIV ${STORES} + 1, CONCAT('SKU-', LPAD(n % ${SKUS}, 5, '0')),
       'sale', -1, 0, 5, 0, 'till', n, ${at}, ${at}, ${at} FROM numbers`,
    `INSERT INTO command_heads (part, store_id, era, next_number)
     ${numbersBelow(STORES)} SELECT 0, ${storeId}, 0, ${COMMANDS / STORES} + 1 FROM numbers`,
    `INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at)
     ${numbersBelow(COMMANDS)} SELECT 0, ${storeId}, 0, n DIV ${STORES} + 1, 1,
       IF(n < 60, 'forget_epochs', 'resync'), IF(n < 60, 'epoch-2', NULL), '{}',
       ${at} - INTERVAL ${COMMANDS} - n SECOND FROM numbers`,
    `INSERT INTO parked (topic, partition_id, record_offset, store_id, reason, record_value, parked_at, resolved_at)
     ${numbersBelow(PARKED)} SELECT '${TOPIC}', n % 2, n DIV 2, CONCAT('store-', LPAD(n DIV 7 % ${STORES}, 3, '0')), 'x',
       'x', ${at}, IF(n % 50 = 7, NULL, ${at}) FROM numbers`,
    `INSERT INTO product_changes (sku, revision, change_kind, changed_by, changed_at, before_row, after_row)
     ${numbersBelow(ENTRIES)} SELECT CONCAT('SKU-', LPAD(n % ${SKUS}, 5, '0')), n DIV ${SKUS} + 1, 'changed', 'x', ${at}, NULL, NULL
     FROM numbers`,
    `INSERT INTO gaps (part, store_id, epoch, from_seq, to_seq, seen_at, command_number, asked_at)
     ${numbersBelow(GAPS)} SELECT 0, CONCAT('store-', LPAD(n % 10, 3, '0')), 2, 2 * (n DIV 10) + 1, 2 * (n DIV 10) + 1,
       ${at} - INTERVAL 1 HOUR, 0, NULL FROM numbers`,
    `INSERT INTO halts (topic, partition_id, next_offset, reason, halted_at)
     VALUES ('${TOPIC}', 1, 7, '100 bad records', ${at})`,
    'ANALYZE TABLE stores, cursors, stock, parked, product_changes, gaps, commands, command_heads, central_view.ledger',
  ])
}

const CALLS: RouteCalls = {
  'GET /v1/parked': ['', '&store=store-033'].flatMap((store) =>
    ['', '&resolved=false', '&resolved=true'].map(
      (resolved) => [`/v1/parked?limit=20${store}${resolved}`] as const,
    ),
  ),
  'GET /v1/parked/{partition}/{offset}': [['/v1/parked/1/3']],
  'POST /v1/parked/{partition}/{offset}/resolve': [['/v1/parked/1/3/resolve']],
  'POST /v1/partitions/{partition}/resume': [['/v1/partitions/1/resume']],
  'POST /v1/stores/{storeId}/divergence/resolve': [['/v1/stores/store-033/divergence/resolve']],
}

async function callService({ pool }: CentralDatabase): Promise<void> {
  const app = createUpdateApp({
    ...{ pool, topic: TOPIC, now: () => new Date(NOON_US / 1_000) },
    log: createLog('central-update', 'silent'),
    metrics: createMetrics('central-update'),
    unreadyReasons: async () => [],
  })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  await callRoutes(async (method, path) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return { status: answer.status, body: await answer.json() }
  }, CALLS)
  await server.close()
}

/** Entries, repeats, bad records and beats of stores that are known; and a store that opens an epoch. */
async function applyRecords({ service }: CentralDatabase): Promise<void> {
  const batches: JournalRecord[][] = []
  const begunStores = new Set<string>()
  for (let number = 20; number < 24; number += 1) {
    const store = sampleStore(`store-0${number}`)
    store.beginEpoch()
    for (let sale = 0; sale < 500; sale += 1) store.receive(`SKU-${String(sale).padStart(5, '0')}`, 5)
    store.bad()
    store.beat(NOON_US)
    batches.push([...store.records])
    begunStores.add(store.storeId)
  }
  const opening = sampleStore('store-030')
  opening.beginEpoch()
  batches.push(opening.openEpoch({ 'SKU-00000': 4 }))
  const lane = createApplyLane({
    ...{ database: service, topic: TOPIC, now: () => new Date(NOON_US / 1_000) },
    latestPingUs: () => NOON_US,
    projections: PROJECTIONS,
    shared: { begunStores, badRuns: new Map() },
    onApplied() {},
  })
  for (const records of batches) await lane.apply([{ partition: 0, records, nextOffset: 1, behind: 0 }])
  await lane.close()
}

/** What runs by the clock. Nothing is dropped, so that all is still there to be measured. */
async function doJobs({ pool, maintenance }: CentralDatabase): Promise<void> {
  const nowUs = NOON_US + 10 * MINUTE_US
  await reportGaps(pool, nowUs)
  await requestResyncs(pool, nowUs)
  await refillDroppedCommands(pool, nowUs)
  expect(await resendOpenCommands(pool, nowUs)).not.toEqual([])
  expect(await selectStoresAhead(pool)).toHaveLength(1)
  await inSnapshot(pool, (trx) => trx.ask(readHalts(TOPIC)))
  expect(await lowerFutureProofs(pool, { latestUs: NOON_US - 1, nowUs })).toHaveLength(1)
  expect(await sendForgetEpochs(pool, nowUs)).not.toEqual([])
  const noon = new Date(NOON_US / 1_000)
  await keepTables({ pool, maintenance }, noon, noon)
  await forgetRecords(pool, noon, noon)
  await carryOpenCommands(pool, { below: datetimeOfUs(NOON_US - 10 * DAY_US).slice(0, 10), nowUs })
}

test('no statement of any route, job or lane reads or sorts many more rows than it gives', async () => {
  await using central = await openCentral()
  await fill(central)
  const watch = await watchStatements(central.root)
  await callService(central)
  await applyRecords(central)
  await doJobs(central)
  const statements = await watch.stop()
  expect(statements.length).toBeGreaterThan(30)
  expect(await costlyStatements(central.root, statements, ALLOWED)).toEqual({ costly: [], unneeded: [] })
}, 120_000)
