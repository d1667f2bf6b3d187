import { createKafka } from '@shelfwire/kafka'
import { createPool } from '@shelfwire/mysql'
import { emptyCentral, startUpdate } from '../central-apply/central-side.ts'
import type { Bench } from '../harness/bench.ts'
import { rootAddress, startBenchStack } from '../harness/bench-stack.ts'
import { compareSides, type Side } from '../harness/rounds.ts'
import { measureApplied, unequalLevels } from '../journal/applied.ts'
import { openAvroRecords } from '../journal/avro-records.ts'
import { fillJournal, type JournalWanted } from '../journal/fill-journal.ts'
import type { SimulatedStore } from '../journal/simulated-store.ts'
import { memoryProblems } from './query-memory.ts'

const ENTRIES = 1_000_000
const FEW_STORES = 2
const MANY_STORES = 50
const SKUS = 20_000
/** Shown without a goal: the same entries from other numbers of stores, and over fewer and more SKUs. */
const ALSO = [
  { stores: 10, skus: SKUS },
  { stores: 10, skus: 1_000 },
  { stores: 10, skus: 200_000 },
]
const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** Whether the cost per sale grows with the number of stores and SKUs. */
export const growth: Bench = {
  name: 'growth',
  about: `${ENTRIES.toLocaleString('en')} entries from 2, 10 and 50 stores and over 1,000 to 200,000 SKUs: central's rate`,
  rounds: 3,
  async run(context) {
    await using stack = await startBenchStack(['mysql-central', 'kafka', 'registry'], context)
    const kafka = createKafka({ clientId: 'bench', brokers: [stack.urls.brokers], log: silent })
    const avro = await openAvroRecords(stack.urls.registry)
    const database = createPool(rootAddress(stack, 'central', 'central'), {
      connections: 1,
      answerWithinMs: 300_000,
    })
    const address = rootAddress(stack, 'central', 'central')

    const side = async ({ stores, skus }: Pick<JournalWanted, 'stores' | 'skus'>): Promise<Side> => {
      const topic = `bench.${stores}-stores.${skus}-skus`
      const chain: SimulatedStore[] = await fillJournal(kafka, avro, {
        topic,
        stores,
        skus,
        entries: ENTRIES,
      })
      return {
        name: `${stores} stores, ${skus.toLocaleString('en')} SKUs`,
        async measure() {
          await emptyCentral(database, stores)
          await using _update = await startUpdate(stack, { database: address, topic, levelsOnly: false })
          const value = await measureApplied(database, 'central.stock', ENTRIES)
          return { value, problems: await unequalLevels(database, 'central.stock', chain) }
        },
      }
    }
    const { comparison, problems } = await compareSides(context, {
      what: `entries applied per second from ${MANY_STORES} stores, beside ${FEW_STORES}`,
      unit: '/s',
      better: 'more',
      goal: 0.8,
      ours: await side({ stores: MANY_STORES, skus: SKUS }),
      peer: await side({ stores: FEW_STORES, skus: SKUS }),
    })
    for (const also of ALSO) {
      const { name, measure } = await side(also)
      const { value, problems: wrong } = await measure(1)
      context.say(`  ${name}: ${Math.round(value).toLocaleString('en')} /s`)
      problems.push(...wrong.map((line) => `${name}: ${line}`))
    }
    // SKUs that no store has are cached, too, so all 200,000 need memory.
    problems.push(...(await memoryProblems(stack, context.say)))
    await database.end()
    return { comparisons: [comparison], problems }
  },
}
