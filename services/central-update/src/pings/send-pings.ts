import { encodePing } from '@shelfwire/contracts'
import type { Kafka, Producer } from '@shelfwire/kafka'

/** Sends central's clock reading to all stores. */
export interface Pings {
  /** One message for all stores. Rejects when the broker doesn't take it; the next one makes up for it. */
  send(nowUs: number): Promise<void>
  close(): Promise<void>
}

/** A sender that connects when it is first used. A ping that is lost or late does no harm: the largest one counts. */
export function createPings({ kafka, topic }: { kafka: Kafka; topic: string }): Pings {
  // Not the client's endless retries: a ping is worth nothing once the next is due.
  const producer: Producer = kafka.producer({ retry: { retries: 1, initialRetryTime: 100 } })
  let connected = false
  producer.on(producer.events.DISCONNECT, () => {
    connected = false
  })
  return {
    async send(nowUs) {
      if (!connected) await producer.connect()
      connected = true
      await producer.send({ topic, acks: 1, messages: [{ key: null, value: encodePing(nowUs) }] })
    },
    close: () => producer.disconnect(),
  }
}
