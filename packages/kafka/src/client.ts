import type { Kafka as KafkaClient } from 'kafkajs'
import kafkajs from 'kafkajs'
import { patchHalfOpenBroker } from './half-open-patch.ts'
import { patchHeartbeat } from './heartbeat-patch.ts'
import { patchIdleLoop } from './idle-patch.ts'

const { Kafka, logLevel } = kafkajs

patchHalfOpenBroker()
patchIdleLoop()
patchHeartbeat()

/** The part of pino that is used here. */
export interface KafkaLog {
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export interface KafkaOptions {
  clientId: string
  brokers: string[]
  log: KafkaLog
}

/** A kafkajs client that writes to our log, retries for ever with a bounded pause, and is quiet while idle. */
export function createKafka({ clientId, brokers, log }: KafkaOptions): KafkaClient {
  return new Kafka({
    clientId,
    brokers,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: Number.MAX_SAFE_INTEGER },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, timestamp: _at, logger: _logger, ...fields } }) => {
        // The owner of the connection reports a broker that is down; each failed attempt is a detail.
        const write = level === logLevel.ERROR ? log.warn : level === logLevel.WARN ? log.info : log.debug
        write.call(log, fields, `kafka: ${message}`)
      },
  })
}
