import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@shelfwire/http'
import type { Decoder, EachBatchPayload, Kafka, KafkaMessage } from '@shelfwire/kafka'
import type { Parcel } from '../apply/apply-lane.ts'
import type { Halt } from '../parked/halts-sql.ts'
import { createOffsets, type Offsets } from './offsets.ts'
import { commitMsOf, readRecord } from './read-record.ts'
import type { JournalRecord } from './record.ts'

export interface JournalConsumerOptions {
  kafka: Kafka
  groupId: string
  topic: string
  decoder: Decoder
  /** Takes a parcel to be applied; resolves when it is settled. */
  push: (parcel: Parcel) => Promise<void>
  /** Records that may be decoded and not yet applied. */
  maxQueued: number
  log: Logger
  /** Reading has ended by itself and must be started again. */
  onStopped: (error: Error) => void
  /** The log went back behind what was read, or the group's offset lay outside it. */
  onMovedBack: (partition: number, detail: string) => void
}

export interface JournalConsumer {
  /** Tells Kafka how far the journal is applied. */
  readonly offsets: Offsets
  /** Why records aren't being read now; empty when they are. */
  troubles(): string[]
  /** Stops reading these partitions and resumes all others. */
  holdStill(halted: ReadonlyMap<number, Halt>): void
  start(): Promise<void>
  /** Reads no more, waits until `drain` has applied what was read, tells Kafka and leaves the group. */
  stop(drain: () => Promise<void>): Promise<void>
}

/** Small enough that a transaction's bound can be met, large enough to cost nothing. */
const RECORDS_PER_PARCEL = 500
const REGISTRY_PAUSE_MS = 1_000

/** Reads the journal topic, decodes ahead of the apply and hands over; from the earliest record when the group is new. */
export function createJournalConsumer(options: JournalConsumerOptions): JournalConsumer {
  const { kafka, groupId, topic, decoder, push, maxQueued, log, onStopped, onMovedBack } = options
  // The least that a broker allows: a killed process is replaced after 6 s. Being thrown out by mistake does no harm,
  // and a batch that waits for the database sends heartbeats meanwhile.
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    maxWaitTimeInMs: 1_000,
    allowAutoTopicCreation: false,
  })
  const offsets = createOffsets({ consumer, topic, log })
  const underWay = new Set<Promise<void>>()
  const still = new Map<number, Halt>()
  let queued = 0
  let joined = false
  let registryTrouble: string | null = null

  async function decodeAll(partition: number, messages: KafkaMessage[], heartbeat: () => Promise<void>) {
    for (;;) {
      try {
        await decoder.prepare(messages.map(({ value }) => value))
        registryTrouble = null
        return messages.map((message) => recordOf(partition, message, decoder))
      } catch (error) {
        registryTrouble = error instanceof Error ? error.message : String(error)
        log.warn({ err: error }, 'the registry does not answer; trying again')
        await pause(REGISTRY_PAUSE_MS)
        await heartbeat()
      }
    }
  }

  async function awaitRoom(heartbeat: () => Promise<void>): Promise<void> {
    while (queued >= maxQueued) {
      await Promise.race([...underWay, pause(REGISTRY_PAUSE_MS)])
      await heartbeat()
    }
  }

  function hand(parcel: Parcel): void {
    const size = parcel.records.length
    queued += size
    const settled = push(parcel)
      // Only a lane that is closing refuses; what it refused is read again by whoever comes next.
      .catch((error) => log.debug({ err: error }, 'parcel not applied'))
      .finally(() => {
        queued -= size
        underWay.delete(settled)
      })
    underWay.add(settled)
  }

  async function eachBatch({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload) {
    const { partition, messages, highWatermark } = batch
    // To come again is no sign: whoever had the partition meanwhile may have told Kafka less. But a log that ends
    // before what was told is another one.
    const told = offsets.committed.get(partition) ?? 0
    if (Number(highWatermark) < told) {
      offsets.forget(partition)
      onMovedBack(partition, `the log ends at ${highWatermark} although ${told} was committed`)
    }
    for (let start = 0; start < messages.length; start += RECORDS_PER_PARCEL) {
      await awaitRoom(heartbeat)
      const slice = messages.slice(start, start + RECORDS_PER_PARCEL)
      const records = await decodeAll(partition, slice, heartbeat)
      const last = records.at(-1)
      if (last === undefined || !isRunning() || isStale() || still.has(partition)) return
      const nextOffset = last.offset + 1
      hand({ partition, records, nextOffset, behind: Math.max(0, Number(highWatermark) - nextOffset) })
      resolveOffset(String(last.offset))
      await heartbeat()
    }
  }

  function pausePartition({ partition, nextOffset }: Halt): void {
    consumer.pause([{ topic, partitions: [partition] }])
    // What was read beyond is dropped; the partition goes on exactly behind the last record that was parked.
    consumer.seek({ topic, partition, offset: String(nextOffset) })
  }

  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined = true
    for (const halt of still.values()) pausePartition(halt)
  })
  consumer.on(consumer.events.STOP, () => {
    joined = false
  })
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    log.warn({ err: error, restart }, 'the consumer crashed')
    // kafkajs starts it again by itself, unless the error looks final to it; here none is.
    if (!restart) onStopped(error)
  })

  return {
    offsets,
    troubles() {
      const reasons = joined ? [] : ['Kafka: the consumer has not joined its group']
      return registryTrouble === null ? reasons : [...reasons, registryTrouble]
    },
    holdStill(halted) {
      for (const [partition, halt] of halted) {
        if (still.has(partition)) continue
        still.set(partition, halt)
        if (joined) pausePartition(halt)
      }
      for (const partition of still.keys()) {
        if (halted.has(partition)) continue
        still.delete(partition)
        if (joined) consumer.resume([{ topic, partitions: [partition] }])
      }
    },
    async start() {
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
    },
    async stop(drain) {
      // What is decoded is applied, and Kafka told of it, while this process is still a member of the group.
      if (joined) consumer.pause([{ topic }])
      await drain()
      await offsets.flush()
      await consumer.disconnect()
    },
  }
}

function recordOf(partition: number, { key, value, offset }: KafkaMessage, decoder: Decoder): JournalRecord {
  const decoded = decoder.decode(value)
  return {
    partition,
    offset: Number(offset),
    key,
    value,
    content: readRecord(key, decoded),
    commitMs: commitMsOf(decoded),
  }
}
