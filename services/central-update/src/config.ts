import { JOURNAL_TOPIC, PING_INTERVAL_MS, PINGS_TOPIC } from '@shelfwire/contracts'
import { httpEnv, httpSettings, readEnv } from '@shelfwire/http'
import { hostPorts, kafkaEnv, registryEnv } from '@shelfwire/kafka'
import { databaseAddress, maintenanceAddress, maintenanceEnv, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'

const wholeNumber = (low: number, high: number) => {
  const legal = `must be a whole number from ${low} to ${high}`
  return z.coerce.number(legal).int(legal).min(low, legal).max(high, legal)
}

/** Refused here, for the socket refuses such a port only when it sends. */
const feedReaders = hostPorts
  .transform((places) =>
    places.map((place) => {
      const [host = '', port] = place.split(':')
      return { host, port: Number(port) }
    }),
  )
  .refine((readers) => readers.every(({ port }) => port >= 1 && port <= 65_535), {
    error: 'must be host:port with ports from 1 to 65535, several separated by commas',
  })

const environment = {
  ...httpEnv,
  ...mysqlEnv,
  ...maintenanceEnv,
  ...kafkaEnv,
  ...registryEnv,
  /** Names this process where several run. */
  INSTANCE: z.string().min(1).max(64).default('central-update'),
  KAFKA_GROUP: z.string().min(1).max(128).default('central-update'),
  JOURNAL_TOPIC: z.string().min(1).max(128).default(JOURNAL_TOPIC),
  PINGS_TOPIC: z.string().min(1).max(128).default(PINGS_TOPIC),
  PING_INTERVAL_MS: wholeNumber(100, 60_000).default(PING_INTERVAL_MS),
  LIVE_RECORDS: wholeNumber(1, 20_000).default(2_000),
  CATCH_UP_RECORDS: wholeNumber(1, 100_000).default(50_000),
  QUEUED_RECORDS: wholeNumber(1, 1_000_000).default(400_000),
  APPLY_LANES: wholeNumber(1, 16).default(3),
  FEED_READERS: feedReaders.default([]),
}

/** The settings of central-update; the only place that reads the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const read = readEnv(environment, env)
  return {
    http: httpSettings(read),
    logLevel: read.LOG_LEVEL,
    database: databaseAddress(read),
    maintenance: maintenanceAddress(read),
    brokers: read.KAFKA_BROKERS,
    registryUrl: read.REGISTRY_URL,
    instance: read.INSTANCE,
    groupId: read.KAFKA_GROUP,
    journalTopic: read.JOURNAL_TOPIC,
    pingsTopic: read.PINGS_TOPIC,
    pingIntervalMs: read.PING_INTERVAL_MS,
    /** Records in one transaction while live, and when catching up. */
    liveRecords: read.LIVE_RECORDS,
    catchUpRecords: read.CATCH_UP_RECORDS,
    /** Transactions under way at a time, each of other partitions. */
    lanes: read.APPLY_LANES,
    /** Records that are decoded and wait to be applied. */
    queuedRecords: read.QUEUED_RECORDS,
    /** Where central-queries hear that the feed has moved. */
    feedReaders: read.FEED_READERS,
  }
}

export type Config = ReturnType<typeof readConfig>
