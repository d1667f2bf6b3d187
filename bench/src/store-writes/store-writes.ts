import { randomUUID } from 'node:crypto'
import { createPool, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import type { Bench } from '../harness/bench.ts'
import { rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import { drive, percentile } from '../harness/load.ts'
import { compareSides, type Measured, type Side } from '../harness/rounds.ts'
import { startRowLockStore } from '../peers/start-row-lock-store.ts'
import { mixedWrites, SKUS, skuName } from './mixed-writes.ts'

const CONNECTIONS = 128
const OPENING_UNITS = 10_000
const OUR_REQUESTS = 30_000
const PEER_REQUESTS = 8_000
/** Enough that MySQL commits the peer's transactions in groups, which numbers with gaps allow. */
const PEER_SESSIONS = 64

/** Mixed writes to one store, as fast as it answers. */
export const storeWrites: Bench = {
  name: 'store-writes',
  about:
    '2,000 SKUs, 80 % sales and 20 % receipts, 5 % resent, 128 connections; peer: Express without a shared row',
  rounds: 7,
  async run(context) {
    await using stack = await startBenchStack(['mysql-store-1', 'store-1'], context)
    await using peer = await startRowLockStore(stack, {
      numbering: 'auto_increment',
      connections: PEER_SESSIONS,
    })
    const database = createPool(rootAddress(stack, 'store-1', 'store'), {
      connections: 1,
      answerWithinMs: 300_000,
    })
    const side = async (name: string, place: Place & { requests: number }): Promise<Side> => {
      await stockUp(place.url)
      return { name, measure: (round) => writeMixed(database, place, { count: place.requests, seed: round }) }
    }
    const { comparison, problems } = await compareSides(context, {
      ours: await side('local-store', { url: stack.urls.store(1), schema: 'store', requests: OUR_REQUESTS }),
      peer: await side('row locks', { url: peer.url, schema: peer.database, requests: PEER_REQUESTS }),
      what: 'writes answered per second',
      unit: '/s',
      better: 'more',
      goal: 4,
    })
    await database.end()
    return { comparisons: [comparison], problems }
  },
}

interface Place {
  url: string
  schema: string
}

async function stockUp(url: string): Promise<void> {
  const perReceipt = 100
  let from = 0
  const { statuses } = await drive({
    url,
    connections: 1,
    next() {
      if (from === SKUS) return undefined
      const lines = Array.from({ length: perReceipt }, (_, index) => {
        return { sku: skuName(from + index), quantity: OPENING_UNITS }
      })
      from += perReceipt
      return { method: 'POST', path: '/v1/receipts', key: randomUUID(), body: JSON.stringify({ lines }) }
    },
  })
  if (statuses.get(201) !== SKUS / perReceipt) throw new Error(`${url} refuses receipts`)
}

async function writeMixed(
  database: Pool,
  { url, schema }: Place,
  load: { count: number; seed: number },
): Promise<Measured> {
  const before = await readBooks(database, schema)
  const writes = mixedWrites(load)
  const { seconds, latencies } = await drive({
    url,
    connections: CONNECTIONS,
    next: writes.next,
    keepBodies: true,
  })
  const after = await readBooks(database, schema)
  const problems = [...writes.wrong, ...after.unequal]
  const recorded = after.entries - before.entries
  if (recorded !== writes.intended) problems.push(`${writes.intended} requests became ${recorded} entries`)
  const moved = after.units - before.units
  if (moved !== writes.netUnits) problems.push(`levels moved by ${moved} units, not by ${writes.netUnits}`)
  return {
    value: load.count / seconds,
    problems,
    note: `p99 ${percentile(latencies, 0.99).toFixed(0)} ms`,
  }
}

/** Totals in the database, and every SKU whose level isn't the sum of its entries (I1). */
async function readBooks(database: Pool, schema: string) {
  const [[totals]] = await database.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS entries, COUNT(DISTINCT request_id) AS requests,
            (SELECT CAST(SUM(on_hand) AS SIGNED) FROM ${schema}.stock) AS units FROM ${schema}.journal`,
  )
  const [unequal] = await database.query<RowDataPacket[]>(
    `SELECT sku, on_hand, total FROM ${schema}.stock JOIN
       (SELECT sku, SUM(on_hand_delta) AS total FROM ${schema}.journal GROUP BY sku) AS sums USING (sku)
     WHERE on_hand <> total`,
  )
  return {
    entries: Number(totals?.entries),
    units: Number(totals?.units),
    unequal: unequal.map(({ sku, on_hand, total }) => `${sku} is ${on_hand}, its entries add up to ${total}`),
  }
}
