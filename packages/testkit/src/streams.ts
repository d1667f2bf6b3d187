import { createKafka, type Kafka, type KafkaLog } from '@shelfwire/kafka'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    kafka: Streams
  }
}

/** Where the broker and the schema registry of a test run are. */
export interface Streams {
  brokers: string[]
  registryUrl: string
  /** The registry's own API, which Connect's converter speaks. */
  registryApi: string
}

/** The broker and registry of this run. Every test file makes topics and groups of its own, named by a UUID. */
export function streams(): Streams {
  const found = inject('kafka')
  if (found === undefined) throw new Error('no broker for this test; run it by: npm test')
  return found
}

const SILENT: KafkaLog = { error() {}, warn() {}, info() {}, debug() {} }

/** A client of this run's broker that keeps its troubles to itself. */
export function testKafka(clientId: string): Kafka {
  return createKafka({ clientId, brokers: streams().brokers, log: SILENT })
}
