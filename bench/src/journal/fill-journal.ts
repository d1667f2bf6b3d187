import { createTopics, type Kafka } from '@shelfwire/kafka'
import { seededRandom, zipfRank } from '../harness/random.ts'
import type { AvroRecords } from './avro-records.ts'
import { type SimulatedStore, simulateStore } from './simulated-store.ts'

/** The same as the journal topic of an installation. */
const PARTITIONS = 12
const RECORDS_PER_SEND = 5_000
/** Each store trades this SKU regularly, so that the `seq` of its level shows how far the store is applied. */
export const MARKER = 'marker'
/** As often in a store with few entries as in one with many, so that progress is measured equally well. */
const MARKERS_PER_STORE = 50

export interface JournalWanted {
  topic: string
  stores: number
  skus: number
  /** Over all stores. */
  entries: number
}

/** Creates a topic and fills it with the entries of simulated stores: Zipf over SKUs, all stores at the same rate. */
export async function fillJournal(
  kafka: Kafka,
  avro: AvroRecords,
  { topic, stores, skus, entries }: JournalWanted,
): Promise<SimulatedStore[]> {
  const admin = kafka.admin()
  await admin.connect()
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS }])
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  const chain = Array.from({ length: stores }, (_, index) => simulateStore(`store-${index + 1}`))
  const rank = zipfRank(skus, seededRandom(stores + skus))
  const markEvery = Math.max(1, Math.floor(entries / stores / MARKERS_PER_STORE))
  const nextEntry = (store: SimulatedStore, isLast: boolean) => {
    const marks = isLast || store.seq % markEvery === markEvery - 1
    return store.trade(marks ? MARKER : skuOfRank(rank()))
  }
  let written = 0
  while (written < entries) {
    const count = Math.min(RECORDS_PER_SEND, entries - written)
    const messages = Array.from({ length: count }, (_, index) => {
      const store = chain[(written + index) % stores] as SimulatedStore
      const entry = nextEntry(store, written + index >= entries - stores)
      return { key: store.storeId, value: avro.entry(entry) }
    })
    await producer.send({ topic, messages, acks: -1 })
    written += count
  }
  await producer.disconnect()
  return chain
}

/** Spreads popular SKUs over the key's order, as in a catalogue. */
export function skuOfRank(rank: number): string {
  return `sku-${((rank * 7_919) % 1_000_003).toString().padStart(7, '0')}`
}
