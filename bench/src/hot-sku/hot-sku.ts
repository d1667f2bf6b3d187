import { randomUUID } from 'node:crypto'
import { createPool, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import type { Bench } from '../harness/bench.ts'
import { rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import { drive, percentile } from '../harness/load.ts'
import { compareSides, type Measured, type Side } from '../harness/rounds.ts'
import { startRowLockStore } from '../peers/start-row-lock-store.ts'

const CONNECTIONS = 256
/** One customer in five finds nothing left. */
const CUSTOMERS_PER_UNIT = 1.25
/** So that a round takes some seconds on either side, the slower peer gets fewer units. */
const OUR_UNITS = 30_000
const PEER_UNITS = 4_000
/** mysql2's default. More sessions would only wait for the lock on the one row. */
const PEER_SESSIONS = 10

/** All sales are of one SKU. */
export const hotSku: Bench = {
  name: 'hot-sku',
  about:
    'one SKU, 256 concurrent sales until it is sold out; peer: Express with SELECT … FOR UPDATE per sale',
  rounds: 7,
  async run(context) {
    await using stack = await startBenchStack(['mysql-store-1', 'store-1'], context)
    await using peer = await startRowLockStore(stack, { numbering: 'head', connections: PEER_SESSIONS })
    const database = createPool(rootAddress(stack, 'store-1', 'store'), {
      connections: 1,
      answerWithinMs: 300_000,
    })
    const side = (name: string, place: { url: string; schema: string; units: number }): Side => {
      return { name, measure: () => sellOut(database, place) }
    }
    const { comparison, problems } = await compareSides(context, {
      ours: side('local-store', { url: stack.urls.store(1), schema: 'store', units: OUR_UNITS }),
      peer: side('row locks', { url: peer.url, schema: peer.database, units: PEER_UNITS }),
      what: 'accepted sales per second',
      unit: '/s',
      better: 'more',
      goal: 12,
    })
    await database.end()
    return { comparisons: [comparison], problems }
  },
}

/** Receives `units` of a new SKU, sells them one by one to more customers than units, and checks the database. */
async function sellOut(
  database: Pool,
  { url, schema, units }: { url: string; schema: string; units: number },
): Promise<Measured> {
  const sku = `hot-${randomUUID()}`
  const bodyOf = (quantity: number) => JSON.stringify({ lines: [{ sku, quantity }] })
  const receipt = { method: 'POST', path: '/v1/receipts', key: randomUUID(), body: bodyOf(units) } as const
  let received = false
  const stocked = await drive({
    url,
    connections: 1,
    next: () => {
      if (received) return undefined
      received = true
      return receipt
    },
  })
  if (stocked.statuses.get(201) !== 1) throw new Error(`${url} refuses a receipt`)

  const customers = Math.ceil(units * CUSTOMERS_PER_UNIT)
  const body = bodyOf(1)
  let sent = 0
  let lastSaleMs = 0
  const answered = (status: number, _body: string, atMs: number) => {
    if (status === 201) lastSaleMs = atMs
  }
  const load = await drive({
    url,
    connections: CONNECTIONS,
    next() {
      if (sent === customers) return undefined
      sent += 1
      return { method: 'POST', path: '/v1/sales', key: `${sku}-${sent}`, body, answered }
    },
  })
  const problems = [
    ...(load.statuses.get(201) === units ? [] : [`${load.statuses.get(201)} of ${units} units were sold`]),
    ...(load.statuses.get(409) === customers - units
      ? []
      : [`answers were ${JSON.stringify([...load.statuses])}`]),
    ...(await recount(database, { schema, sku, units })),
  ]
  const p99 = percentile(load.latencies, 0.99)
  return {
    value: units / ((lastSaleMs - load.startedMs) / 1_000),
    problems,
    note: `p99 ${p99.toFixed(0)} ms`,
  }
}

async function recount(
  database: Pool,
  { schema, sku, units }: { schema: string; sku: string; units: number },
): Promise<string[]> {
  const [[row]] = await database.query<RowDataPacket[]>(
    `SELECT (SELECT on_hand FROM ${schema}.stock WHERE sku = ?) AS level,
            CAST(SUM(on_hand_delta) AS SIGNED) AS total, COUNT(*) AS entries, COUNT(DISTINCT request_id) AS requests
     FROM ${schema}.journal WHERE sku = ?`,
    [sku, sku],
  )
  const expected = { level: 0, total: 0, entries: units + 1, requests: units + 1 }
  return Object.entries(expected).flatMap(([name, value]) =>
    Number(row?.[name]) === value ? [] : [`${name} in the database is ${row?.[name]}, not ${value}`],
  )
}
