import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@shelfwire/http'
import {
  type Decoder,
  type EachBatchPayload,
  fetchedFrom,
  type Kafka,
  type KafkaMessage,
} from '@shelfwire/kafka'
import { commitMsOf, parseRecord } from '../records/parse-record.ts'
import type { PartitionSlice } from '../records/partition-slice.ts'
import type { JournalRecord } from '../records/record.ts'
import { createOffsets, type Offsets } from './offsets.ts'
import { createSchemaWaits } from './schema-waits.ts'

export interface JournalConsumerOptions {
  kafka: Kafka
  groupId: string
  topic: string
  decoder: Decoder
  /** Takes a slice to be applied; resolves when it is settled. */
  push: (slice: PartitionSlice) => Promise<void>
  /** Records that may be decoded and not yet applied. */
  maxQueued: number
  log: Logger
  /** Reading has ended by itself and must be started again. */
  onStopped: (error: Error) => void
  /** The log ends before what was committed: it is another one. */
  onMovedBack: (partition: number, detail: string) => void
  /** Kafka had nothing at the next position and reading has moved: records may never be read. */
  onOutsideLog: (partition: number, detail: string) => void
  /** A schema has been unavailable for so long that an alarm is due. */
  onUndecoded: (partition: number, detail: string) => void
}

export interface JournalConsumer {
  /** Commits to Kafka how far the journal is applied. */
  readonly offsets: Offsets
  /** Why records aren't being read now; empty when they are. */
  troubles(): string[]
  /** Pauses exactly the partitions named here and resumes all others; each will go on at its `nextOffset`. */
  pauseOnly(halts: ReadonlyMap<number, { nextOffset: number }>): void
  start(): Promise<void>
  /** Reads no more, waits until `drain` has applied what was read, commits the offsets and leaves the group. */
  stop(drain: () => Promise<void>): Promise<void>
}

/** Small enough that a transaction's bound can be met, large enough to cost nothing. */
const RECORDS_PER_SLICE = 500
const ROOM_PAUSE_MS = 1_000

/** Reads the journal topic, decodes ahead of the apply and hands over; from the earliest record when the group is new. */
export function createJournalConsumer(options: JournalConsumerOptions): JournalConsumer {
  const { kafka, groupId, topic, decoder, push, maxQueued, log, onStopped } = options
  const { onMovedBack, onOutsideLog, onUndecoded } = options
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
  /** By partition, the offset at which it goes on once it is resumed. */
  const paused = new Map<number, number>()
  let queued = 0
  let joined = false
  const schemas = createSchemaWaits({ log, onOverdue: onUndecoded })
  /** By partition, what is to be read next; unknown after a rebalance, for another process may have read it. */
  const expected = new Map<number, number>()

  /** Null when a schema can't be had now. */
  async function decodeAll(partition: number, messages: KafkaMessage[]): Promise<JournalRecord[] | null> {
    try {
      await decoder.prepare(messages.map(({ value }) => value))
    } catch (error) {
      schemas.failed(partition, error)
      return null
    }
    schemas.arrived(partition)
    return messages.map((message) => recordOf(partition, message, decoder))
  }

  async function awaitRoom(heartbeat: () => Promise<void>): Promise<void> {
    while (queued >= maxQueued) {
      await Promise.race([...underWay, pause(ROOM_PAUSE_MS)])
      await heartbeat()
    }
  }

  function hand(slice: PartitionSlice): void {
    const size = slice.records.length
    queued += size
    const settled = push(slice)
      // Only a lane that is closing refuses; what it refused is read again by the next member of the group.
      .catch((error) => log.debug({ err: error }, 'slice not applied'))
      .finally(() => {
        queued -= size
        underWay.delete(settled)
      })
    underWay.add(settled)
  }

  async function eachBatch(payload: EachBatchPayload) {
    const { batch, heartbeat, isRunning, isStale, resolveOffset } = payload
    const { partition, messages, highWatermark } = batch
    checkPosition(partition, fetchedFrom(batch), Number(highWatermark))
    for (let start = 0; start < messages.length; start += RECORDS_PER_SLICE) {
      await awaitRoom(heartbeat)
      const slice = messages.slice(start, start + RECORDS_PER_SLICE)
      const records = await decodeAll(partition, slice)
      if (records === null) {
        // Only this partition waits. What isn't resolved is fetched again once it is resumed.
        const resume = payload.pause()
        setTimeout(() => paused.has(partition) || resume(), schemas.pauseMs(partition)).unref()
        await heartbeat()
        return
      }
      const last = records.at(-1)
      if (last === undefined || !isRunning() || isStale() || paused.has(partition)) return
      const nextOffset = last.offset + 1
      hand({ partition, records, nextOffset, behind: Math.max(0, Number(highWatermark) - nextOffset) })
      resolveOffset(String(last.offset))
      expected.set(partition, nextOffset)
      await heartbeat()
    }
  }

  /**
   * Re-delivery is normal after a rebalance. But a high watermark below our committed offset means that the topic was
   * recreated, and a fetch that didn't begin where the last one ended means that kafkajs found that position outside
   * the log (truncated, expired or recreated) and went to the earliest record. Connectors write no transactions, whose
   * markers would take offsets, too.
   */
  function checkPosition(partition: number, fetched: number, highWatermark: number): void {
    const committed = offsets.committed.get(partition) ?? 0
    const next = expected.get(partition)
    expected.set(partition, fetched)
    if (highWatermark < committed) {
      offsets.forget(partition)
      onMovedBack(partition, `the log ends at ${highWatermark} although ${committed} was committed`)
    } else if (next !== undefined && fetched !== next) {
      onOutsideLog(partition, `position ${next} lay outside the log; reading goes on at ${fetched}`)
    }
  }

  function pausePartition(partition: number, nextOffset: number): void {
    consumer.pause([{ topic, partitions: [partition] }])
    // What was read beyond is dropped; the partition goes on exactly behind the last record that was parked.
    consumer.seek({ topic, partition, offset: String(nextOffset) })
    expected.set(partition, nextOffset)
  }

  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined = true
    expected.clear()
    for (const [partition, nextOffset] of paused) pausePartition(partition, nextOffset)
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
      return [...reasons, ...schemas.troubles()]
    },
    pauseOnly(halts) {
      for (const [partition, { nextOffset }] of halts) {
        if (paused.has(partition)) continue
        paused.set(partition, nextOffset)
        if (joined) pausePartition(partition, nextOffset)
      }
      for (const partition of paused.keys()) {
        if (halts.has(partition)) continue
        paused.delete(partition)
        if (joined) consumer.resume([{ topic, partitions: [partition] }])
      }
    },
    async start() {
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
    },
    async stop(drain) {
      // What is decoded is applied, and its offsets are committed, while this process is still a member of the group.
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
    content: parseRecord(key, decoded),
    commitMs: commitMsOf(decoded),
  }
}
