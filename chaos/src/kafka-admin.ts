import { createKafka, type Kafka } from '@shelfwire/kafka'
import type { Stage } from './stage.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** A client of the platform's broker, past every fault wire. */
export function kafkaOf({ stack }: Stage): Kafka {
  return createKafka({ clientId: 'chaos', brokers: [stack.urls.brokers], log: silent })
}
