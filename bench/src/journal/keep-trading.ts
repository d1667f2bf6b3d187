import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import type { Kafka } from '@shelfwire/kafka'
import type { AvroRecords } from './avro-records.ts'
import { type SimulatedStore, simulateStore } from './simulated-store.ts'

const TICK_MS = 20
const BEAT_EVERY_MS = 1_000
const RECORDS_PER_SEND = 5_000

/** Simulated stores that write to the installation's journal topic, as their connectors would. */
export interface TradingChain extends AsyncDisposable {
  readonly stores: readonly SimulatedStore[]
  /** Receives every SKU once in every store. */
  stockUp(skus: readonly string[], units: number): Promise<void>
  /** Writes `perSecond` entries a second and beats once a second until stopped. */
  startTrading(perSecond: number, nextSku: () => string): { stop: () => Promise<void> }
}

/** Opens `count` stores, registered with central under the names of their connectors. */
export async function openTradingChain(
  kafka: Kafka,
  avro: AvroRecords,
  count: number,
): Promise<TradingChain> {
  const stores = Array.from({ length: count }, (_, index) => {
    return simulateStore(`store-${index + 1}`, { keepsChecksum: true })
  })
  const producer = kafka.producer()
  await producer.connect()
  const send = (messages: { key: string; value: Buffer }[]) =>
    producer.send({ topic: JOURNAL_TOPIC, messages, acks: -1 })
  // After everything written before it. The machine's clock is the one that central's pings show.
  const beats = () =>
    stores.map((store) => ({ key: store.storeId, value: avro.beat(store.beat(Date.now() * 1_000)) }))

  return {
    stores,
    async stockUp(skus, units) {
      for (const store of stores) {
        for (let from = 0; from < skus.length; from += RECORDS_PER_SEND) {
          const slice = skus.slice(from, from + RECORDS_PER_SEND)
          await send(
            slice.map((sku) => ({
              key: store.storeId,
              value: avro.entry(store.record(sku, 'receipt', units)),
            })),
          )
        }
      }
      await send(beats())
    },
    startTrading(perSecond, nextSku) {
      const began = performance.now()
      let written = 0
      let beatDueMs = began
      let stopped = false
      const running = (async () => {
        while (!stopped) {
          const due = Math.floor(((performance.now() - began) / 1_000) * perSecond) - written
          const messages = Array.from({ length: due }, (_, index) => {
            const store = stores[(written + index) % stores.length] as SimulatedStore
            return { key: store.storeId, value: avro.entry(store.trade(nextSku())) }
          })
          written += due
          if (performance.now() >= beatDueMs) {
            messages.push(...beats())
            beatDueMs += BEAT_EVERY_MS
          }
          if (messages.length > 0) await send(messages)
          await pause(TICK_MS)
        }
        await send(beats())
      })()
      return {
        async stop() {
          stopped = true
          await running
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await producer.disconnect()
    },
  }
}
