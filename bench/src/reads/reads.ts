import { join } from 'node:path'
import { createKafka } from '@shelfwire/kafka'
import type { Bench, BenchContext } from '../harness/bench.ts'
import { benchPort, rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import { type Call, drive, type LoadResult, percentile } from '../harness/load.ts'
import { startProcess } from '../harness/peer-process.ts'
import { seededRandom, zipfRank } from '../harness/random.ts'
import { compareSides, type Side } from '../harness/rounds.ts'
import { openAvroRecords } from '../journal/avro-records.ts'
import { skuOfRank } from '../journal/fill-journal.ts'
import { openTradingChain } from '../journal/keep-trading.ts'
import { watchAges } from './watch-ages.ts'
import { wrongAnswers } from './wrong-answers.ts'

const STORES = 5
const SKUS = 20_000
const OPENING_UNITS = 100
const WRITES_PER_SECOND = 500
const CONNECTIONS = 64
const SKUS_PER_BATCH = 50
const CALLS_DRAWN = 10_000
/** Long enough that JIT compilers are warm after the discarded first: our side was half as fast in its first 4 s. */
const ROUND_MS = 8_000
/** The share of the peer's full speed at which both are measured, so that neither is overloaded. */
const PACED_SHARE = 0.5
const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** Availability requests of a web shop. */
export const reads: Bench = {
  name: 'reads',
  about:
    '20,000 SKUs in 5 stores, Zipf, 64 connections, 500 writes a second; peer: Express with a query per request',
  rounds: 3,
  async run(context) {
    const components = ['mysql-central', 'kafka', 'registry', 'central-update', 'central-query']
    await using stack = await startBenchStack(components, { ...context, stores: STORES })
    const address = rootAddress(stack, 'central', 'central')
    await using peer = await startProcess({
      script: join(import.meta.dirname, '../peers/direct-reads.ts'),
      port: benchPort(0),
      env: {
        MYSQL_PORT: String(address.port),
        MYSQL_USER: 'query',
        MYSQL_PASSWORD: stack.secrets.query,
        MYSQL_DATABASE: 'central',
      },
    })
    const kafka = createKafka({ clientId: 'bench', brokers: [stack.urls.brokers], log: silent })
    const avro = await openAvroRecords(stack.urls.registry)
    await using chain = await openTradingChain(kafka, avro, STORES)
    const skus = Array.from({ length: SKUS }, (_, rank) => skuOfRank(rank))
    const ours = { name: 'central-query', url: stack.urls.centralQuery }
    const theirs = { name: 'queries', url: peer.url }
    await chain.stockUp(skus, OPENING_UNITS)
    for (const { url } of [ours, theirs]) await wrongAnswers(url, chain.stores)

    const rank = zipfRank(SKUS, seededRandom(11))
    const trading = chain.startTrading(WRITES_PER_SECOND, () => skuOfRank(rank()))
    const ages = watchAges(ours.url, skuOfRank(0))
    const { comparisons, problems } = await compareReads(context, { ours, theirs })
    context.say(`age of central-query's answers under load: ${ages.stop()}`)
    await trading.stop()
    for (const { name, url } of [ours, theirs]) {
      const wrong = await wrongAnswers(url, chain.stores)
      problems.push(...wrong.map((line) => `${name}: ${line}`))
    }
    return { comparisons, problems }
  },
}

interface Place {
  name: string
  url: string
}

async function compareReads(context: BenchContext, { ours, theirs }: { ours: Place; theirs: Place }) {
  const slowest: number[] = []
  const fullSpeed = ({ name, url }: Place, nextCall: () => Call): Side => ({
    name,
    async measure() {
      const load = await drive({ url, connections: CONNECTIONS, next: forMs(ROUND_MS, nextCall) })
      const perSecond = load.latencies.length / load.seconds
      if (url === theirs.url) slowest.push(perSecond)
      return {
        value: perSecond,
        problems: unexpected(load),
        note: `p99 ${percentile(load.latencies, 0.99).toFixed(1)} ms`,
      }
    },
  })
  const compare = (what: string, goal: number, nextCall: () => Call) =>
    compareSides(context, {
      what,
      unit: '/s',
      better: 'more',
      goal,
      ours: fullSpeed(ours, nextCall),
      peer: fullSpeed(theirs, nextCall),
    })
  const batch = await compare(`batches of ${SKUS_PER_BATCH} SKUs answered per second`, 3, batchCall())
  slowest.length = 0
  const single = await compare('requests for one SKU answered per second', 2.5, singleCall())
  const perSecond = Math.round(Math.min(...slowest) * PACED_SHARE)
  const paced = ({ name, url }: Place): Side => ({
    name,
    async measure() {
      const next = forMs(ROUND_MS, singleCall())
      const load = await drive({ url, connections: CONNECTIONS, next, perSecond })
      return {
        value: percentile(load.latencies, 0.99),
        problems: unexpected(load),
        note: `p50 ${percentile(load.latencies, 0.5).toFixed(1)} ms`,
      }
    },
  })
  const latency = await compareSides(context, {
    what: `p99 of both at ${perSecond} requests per second, from each request's intended start`,
    unit: 'ms',
    better: 'less',
    goal: 1,
    ours: paced(ours),
    peer: paced(theirs),
  })
  return {
    comparisons: [single.comparison, batch.comparison, latency.comparison] as const,
    problems: [...batch.problems, ...single.problems, ...latency.problems],
  }
}

function singleCall(): () => Call {
  const rank = zipfRank(SKUS, seededRandom(3))
  return inTurn(() => ({ method: 'GET', path: `/v1/availability/${skuOfRank(rank())}` }))
}

function batchCall(): () => Call {
  const rank = zipfRank(SKUS, seededRandom(5))
  return inTurn(() => {
    const skus = Array.from({ length: SKUS_PER_BATCH }, () => skuOfRank(rank()))
    return { method: 'POST', path: '/v1/availability', body: JSON.stringify({ skus }) }
  })
}

/** Calls drawn beforehand and repeated: drawing 50 SKUs costs the load generator as much as sending the request. */
function inTurn(draw: () => Call): () => Call {
  const calls = Array.from({ length: CALLS_DRAWN }, draw)
  let sent = 0
  return () => calls[sent++ % CALLS_DRAWN] as Call
}

function forMs(ms: number, nextCall: () => Call): () => Call | undefined {
  const endMs = performance.now() + ms
  return () => (performance.now() < endMs ? nextCall() : undefined)
}

function unexpected({ statuses }: LoadResult): string[] {
  return [...statuses].flatMap(([status, count]) =>
    status === 200 ? [] : [`${count} answers were ${status}`],
  )
}
