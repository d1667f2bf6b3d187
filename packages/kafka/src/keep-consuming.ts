import { setTimeout as pause } from 'node:timers/promises'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { KafkaLog } from './client.ts'

const RESTART_PAUSE_MS = 1_000
/** The shortest that a broker allows by default. The partitions of a killed process are idle for this long. */
const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_INTERVAL_MS = 1_500
const CLOSE_WITHIN_MS = 3_000

/** The offset that a batch was fetched from, which kafkajs's types don't declare. */
export function fetchedFrom(batch: EachBatchPayload['batch']): number {
  return Number((batch as unknown as { fetchedOffset: string }).fetchedOffset)
}

export interface ConsumeOptions {
  kafka: Kafka
  groupId: string
  topic: string
  /** Where to begin without a committed offset: at the earliest record, or at the end of the log. */
  fromBeginning: boolean
  log: KafkaLog
  /** Gets every record in order; resolves and commits offsets itself. Unresolved records are delivered again. */
  eachBatch: (payload: EachBatchPayload) => Promise<void>
}

/** A consumer that runs until it is closed. */
export interface Consuming {
  /** When the broker last answered, in milliseconds since 1970; null before the first time. */
  readonly lastAnswerMs: number | null
  close(): Promise<void>
}

/** Consumes until it is closed, and reconnects to a broker that isn't up yet or dies. Never throws. */
export function keepConsuming(options: ConsumeOptions): Consuming {
  const { kafka, groupId, topic, fromBeginning, log, eachBatch } = options
  const stop = new AbortController()
  let lastAnswerMs: number | null = null
  /** Ends the running attempt. Not a listener on `stop`: every attempt would leave one behind. */
  let endAttempt = () => {}

  async function consumeOnce(): Promise<void> {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
    })
    const ended = Promise.withResolvers<void>()
    endAttempt = ended.resolve
    consumer.on(consumer.events.FETCH, () => {
      lastAnswerMs = Date.now()
    })
    // kafkajs restarts the consumer after some crashes; after the others it would stay stopped.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) ended.reject(payload.error)
    })
    try {
      await Promise.race([start(), ended.promise])
      await ended.promise
    } finally {
      await Promise.race([consumer.disconnect().catch(() => {}), pause(CLOSE_WITHIN_MS)])
    }

    async function start(): Promise<void> {
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning })
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await consumeOnce()
      } catch (error) {
        log.warn({ err: error, topic }, 'the Kafka consumer stopped; restarting it')
        await pause(RESTART_PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {})
      }
    }
  })()

  return {
    get lastAnswerMs() {
      return lastAnswerMs
    },
    async close() {
      stop.abort()
      endAttempt()
      await running
    },
  }
}
