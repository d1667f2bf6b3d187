import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createPool, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import type { Bench } from '../harness/bench.ts'
import { rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import type { Comparison } from '../harness/judge.ts'
import { drive, percentile } from '../harness/load.ts'
import { readKafkaTimes } from './kafka-times.ts'
import { batchExport, sellAcrossTheWeb, streamed } from './oversold.ts'
import { watchLevels } from './watch-levels.ts'

const SALES_PER_SECOND = 200
const ROUND_SECONDS = 15
/** JVMs are warm after about two minutes under load; an installation runs for weeks. */
const WARM_UP_SECONDS = 120
const SKUS = Array.from({ length: 10 }, (_, index) => `lag-${index}`)
const OPENING_UNITS = 100_000
const SEEN_WITHIN_MS = 10_000
const EXPORT_EVERY_MS = 15 * 60 * 1_000
const STORE_ID = 'store-1'

/** One sale with the times of its stages, in ms since 1970. */
interface Sale {
  seq: number
  sku: string
  onHand: number
  recordedMs: number
  seenMs: number
}

/** How long a sold unit is still shown as available. */
export const lag: Bench = {
  name: 'lag',
  about:
    '200 sales a second in a store, until each is in an answer of central-query; computed beside it: a 15-minute export',
  rounds: 5,
  async run({ rounds, say }) {
    await using stack = await startBenchStack([], { stores: 1, say })
    const store = stack.urls.store(1)
    const lines = SKUS.map((sku) => ({ sku, quantity: OPENING_UNITS }))
    await post(`${store}/v1/receipts`, { lines })
    const central = createPool(rootAddress(stack, 'central', 'central'), {
      connections: 1,
      answerWithinMs: 300_000,
    })
    const problems: string[] = []
    const all: Sale[] = []
    const p50: number[] = []
    const p99: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const { sales, unseen } = await sellAndWatch(store, {
        centralQuery: stack.urls.centralQuery,
        seconds: round === 0 ? WARM_UP_SECONDS : ROUND_SECONDS,
      })
      if (unseen > 0) problems.push(`${unseen} sales were in no answer after ${SEEN_WITHIN_MS / 1_000} s`)
      const lags = Float64Array.from(sales, ({ recordedMs, seenMs }) => seenMs - recordedMs).sort()
      const [middle, late] = [percentile(lags, 0.5), percentile(lags, 0.99)]
      say(
        `  ${round === 0 ? 'warm-up' : `round ${round}`}  ${sales.length} sales, p50 ${middle.toFixed(1)} ms, p99 ${late.toFixed(1)} ms`,
      )
      if (round === 0) continue
      all.push(...sales)
      p50.push(middle)
      p99.push(late)
    }
    const lastSeq = Math.max(...all.map(({ seq }) => seq))
    const sent = await readKafkaTimes(stack.urls, { storeId: STORE_ID, lastSeq })
    for (const line of stageLines(all, sent, await readApplyTimes(central))) say(line)
    await central.end()
    for (const line of batchLines(p99)) say(line)
    const time = (label: string, goal: number, values: number[]): Comparison => {
      const what = `${label} from a sale's record in the store to an answer of central-query`
      return { what, label, unit: 'ms', goalIs: 'at most', goal, values }
    }
    return { comparisons: [time('p50', 25, p50), time('p99', 150, p99)], problems }
  },
}

async function sellAndWatch(
  store: string,
  { centralQuery, seconds }: { centralQuery: string; seconds: number },
): Promise<{ sales: Sale[]; unseen: number }> {
  const watch = watchLevels(centralQuery, SKUS)
  const made: Omit<Sale, 'seenMs'>[] = []
  const count = SALES_PER_SECOND * seconds
  let sent = 0
  const { statuses } = await drive({
    url: store,
    connections: 16,
    perSecond: SALES_PER_SECOND,
    keepBodies: true,
    next() {
      if (sent === count) return undefined
      const sku = SKUS[sent % SKUS.length]
      sent += 1
      return {
        method: 'POST',
        path: '/v1/sales',
        key: randomUUID(),
        body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
        answered(_status, body) {
          for (const entry of (
            JSON.parse(body) as {
              entries: { seq: number; sku: string; onHand: number; recordedAt: string }[]
            }
          ).entries) {
            made.push({
              seq: entry.seq,
              sku: entry.sku,
              onHand: entry.onHand,
              recordedMs: Date.parse(entry.recordedAt),
            })
          }
        },
      }
    },
  })
  if (statuses.get(201) !== count) throw new Error(`the store answered ${JSON.stringify([...statuses])}`)
  const deadline = performance.now() + SEEN_WITHIN_MS
  const isUnseen = ({ sku, onHand }: Omit<Sale, 'seenMs'>) => watch.seenMs(sku, onHand) === undefined
  while (made.some(isUnseen) && performance.now() < deadline) await pause(20)
  await watch.stop()
  const sales = made.flatMap((sale) => {
    const seenMs = watch.seenMs(sale.sku, sale.onHand)
    return seenMs === undefined ? [] : [{ ...sale, seenMs }]
  })
  return { sales, unseen: made.length - sales.length }
}

/** By seq, when central-update began the transaction that applied each entry. */
async function readApplyTimes(central: Pool): Promise<Map<number, number>> {
  const [rows] = await central.query<RowDataPacket[]>(
    'SELECT seq, UNIX_TIMESTAMP(applied_at) * 1000 AS ms FROM central_view.ledger WHERE store_id = ?',
    [STORE_ID],
  )
  return new Map(rows.map(({ seq, ms }) => [seq, Number(ms)]))
}

function stageLines(
  sales: readonly Sale[],
  sent: Map<number, number>,
  applied: Map<number, number>,
): string[] {
  const stage = (name: string, times: (sale: Sale) => number) => {
    const sorted = Float64Array.from(sales, times).filter(Number.isFinite).sort()
    return `  ${name.padEnd(56)} p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`
  }
  const at = (times: Map<number, number>, { seq }: Sale) => times.get(seq) ?? Number.NaN
  return [
    stage(
      'recorded, committed, read from the binlog, sent to Kafka',
      (sale) => at(sent, sale) - sale.recordedMs,
    ),
    stage('read from Kafka, decoded, its transaction begun', (sale) => at(applied, sale) - at(sent, sale)),
    stage('applied, committed, read from the feed, answered', (sale) => sale.seenMs - at(applied, sale)),
  ]
}

/** The same hour of customers for a web shop that imports every 15 minutes and for one that uses central-query. */
function batchLines(p99: readonly number[]): string[] {
  const hour = {
    seed: 1,
    seconds: 3_600,
    perSecond: SALES_PER_SECOND,
    skus: 20_000,
    unitsPerSku: 30,
    webShare: 0.2,
  }
  const lagMs = Math.max(...p99)
  const line = (name: string, age: string, { orders, oversold }: { orders: number; oversold: number }) =>
    `  ${name.padEnd(24)} answers ${age}; ${oversold} units oversold in ${orders.toLocaleString('en')} web orders`
  return [
    'an hour of 200 customers a second, a fifth of them in the web shop, computed on a clock of its own:',
    line(
      'batch every 15 minutes',
      'on average 450 s old, up to 900 s',
      sellAcrossTheWeb({ ...hour, seenAsOfMs: batchExport(EXPORT_EVERY_MS) }),
    ),
    line(
      'central-query',
      `${lagMs.toFixed(0)} ms old, the worst round's p99`,
      sellAcrossTheWeb({ ...hour, seenAsOfMs: streamed(lagMs) }),
    ),
  ]
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
}
