import { setTimeout as pause } from 'node:timers/promises'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { KafkaLog } from './client.ts'

const RESTART_PAUSE_MS = 1_000
/** The shortest that a broker allows by default: who takes over from a killed process waits this long. */
const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_INTERVAL_MS = 1_500
const CLOSE_WITHIN_MS = 3_000

/** The position that a batch was asked for from; kafkajs has it and its types don't. */
export function fetchedFrom(batch: EachBatchPayload['batch']): number {
  return Number((batch as unknown as { fetchedOffset: string }).fetchedOffset)
}

export interface ConsumeOptions {
  kafka: Kafka
  groupId: string
  topic: string
  /** Where to begin when nothing is committed: the earliest record, or only what comes from now on. */
  fromBeginning: boolean
  log: KafkaLog
  /** Gets every record in order, resolves and commits by itself; what it doesn't resolve comes again. */
  eachBatch: (payload: EachBatchPayload) => Promise<void>
}

/** A consumer that runs until it is closed. */
export interface Consuming {
  /** When the broker last answered, in milliseconds since 1970; null before the first time. */
  readonly lastAnswerMs: number | null
  close(): Promise<void>
}

/** Consumes for as long as the process lives: a broker that isn't there yet, or dies, is waited for. Never throws. */
export function keepConsuming(options: ConsumeOptions): Consuming {
  const { kafka, groupId, topic, fromBeginning, log, eachBatch } = options
  const stop = new AbortController()
  let lastAnswerMs: number | null = null
  /** Ends the attempt that runs; not a listener of `stop`, of which every attempt would leave one behind. */
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
    // kafkajs restarts itself after some crashes; after the others it would stay silent for ever.
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
        log.warn({ err: error, topic }, 'kafka: consumer stopped; starting it again')
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
