import { createKafka } from '@shelfwire/kafka'
import { createPool, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import type { Stack } from '@shelfwire/platform'
import type { Bench } from '../harness/bench.ts'
import { benchPort, DATA_DIR, rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import { compareSides, type Side } from '../harness/rounds.ts'
import { measureApplied, unequalLevels } from '../journal/applied.ts'
import { openAvroRecords } from '../journal/avro-records.ts'
import { fillJournal } from '../journal/fill-journal.ts'
import type { SimulatedStore } from '../journal/simulated-store.ts'
import { type SinkWorker, startSinkWorker } from '../peers/jdbc-sink.ts'
import { emptyCentral, startUpdate } from './central-side.ts'
import { sinkSettings } from './sink-settings.ts'

const ENTRIES = 1_000_000
const STORES = 5
const SKUS = 20_000
const TOPIC = 'bench.journal'
const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** How fast central catches up after an outage. */
export const centralApply: Bench = {
  name: 'central-apply',
  about:
    '1,000,000 entries of 5 stores already in Kafka; peer: the Debezium JDBC sink, which writes levels only',
  rounds: 3,
  async run(context) {
    await using stack = await startBenchStack(['mysql-central', 'kafka', 'registry'], context)
    const kafka = createKafka({ clientId: 'bench', brokers: [stack.urls.brokers], log: silent })
    const avro = await openAvroRecords(stack.urls.registry)
    context.say(`writing ${ENTRIES.toLocaleString('en')} entries`)
    const stores = await fillJournal(kafka, avro, {
      topic: TOPIC,
      stores: STORES,
      skus: SKUS,
      entries: ENTRIES,
    })
    await using worker = await startSinkWorker({
      folder: `${DATA_DIR}/jdbc-sink`,
      port: benchPort(2),
      brokers: stack.urls.brokers,
      say: context.say,
    })
    const database = createPool(rootAddress(stack, 'central', 'central'), {
      connections: 1,
      answerWithinMs: 300_000,
    })
    const peer = sinkSide({ stack, worker, database, stores })
    const ours = (levelsOnly: boolean) => centralSide({ stack, database, stores, levelsOnly })

    context.say('levels only, on both sides')
    const levels = await compareSides(context, {
      ours: ours(true),
      peer,
      what: 'entries applied per second, levels only',
      unit: '/s',
      better: 'more',
      goal: 2.5,
    })
    context.say('everything that central-update writes, against the same sink')
    const whole = await compareSides(context, {
      ours: ours(false),
      peer,
      what: 'entries applied per second, with ledger, daily sums and feed',
      unit: '/s',
      better: 'more',
      goal: 1.5,
    })
    await database.end()
    return {
      comparisons: [levels.comparison, whole.comparison],
      problems: [...levels.problems, ...whole.problems],
    }
  },
}

interface Place {
  stack: Stack
  database: Pool
  stores: readonly SimulatedStore[]
}

function sinkSide({ stack, worker, database, stores }: Place & { worker: SinkWorker }): Side {
  const address = rootAddress(stack, 'central', 'sink')
  let runs = 0
  return {
    name: 'JDBC sink',
    async measure() {
      runs += 1
      await database.query('CREATE DATABASE IF NOT EXISTS sink')
      await database.query('DROP TABLE IF EXISTS sink.stock')
      await database.query(
        `CREATE TABLE sink.stock (sku VARCHAR(64) NOT NULL, store_id VARCHAR(32) NOT NULL, on_hand INT NOT NULL,
           held INT NOT NULL, epoch INT NOT NULL, seq BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
           PRIMARY KEY (sku, store_id)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      )
      const place = { topic: TOPIC, table: 'stock', database: address, registryApi: stack.urls.registryApi }
      await using _connector = await worker.start(`sink-${runs}`, sinkSettings(place))
      const perSecond = await measureApplied(database, 'sink.stock', totalOf(stores))
      return { value: perSecond, problems: await unequalLevels(database, 'sink.stock', stores) }
    },
  }
}

function centralSide({ stack, database, stores, levelsOnly }: Place & { levelsOnly: boolean }): Side {
  return {
    name: 'central-update',
    async measure() {
      await emptyCentral(database, stores.length)
      const address = rootAddress(stack, 'central', 'central')
      await using _update = await startUpdate(stack, { database: address, topic: TOPIC, levelsOnly })
      const perSecond = await measureApplied(database, 'central.stock', totalOf(stores))
      const problems = await unequalLevels(database, 'central.stock', stores)
      if (!levelsOnly) problems.push(...(await missingFromLedger(database, stores)))
      return { value: perSecond, problems }
    },
  }
}

function totalOf(stores: readonly SimulatedStore[]): number {
  return stores.reduce((sum, { seq }) => sum + seq, 0)
}

async function missingFromLedger(database: Pool, stores: readonly SimulatedStore[]): Promise<string[]> {
  const [rows] = await database.query<RowDataPacket[]>(
    'SELECT store_id, COUNT(*) AS entries, MAX(seq) AS last FROM central_view.ledger GROUP BY store_id',
  )
  const found = new Map(rows.map((row) => [row.store_id, row]))
  return stores.flatMap(({ storeId, seq }) => {
    const row = found.get(storeId)
    if (Number(row?.entries) === seq && Number(row?.last) === seq) return []
    return [`the ledger has ${row?.entries} of ${seq} entries of ${storeId}`]
  })
}
