import { DEFAULT_FRESHNESS_LIMITS } from '@shelfwire/contracts'
import { ConfigurationError, corsEnv, httpEnv, httpSettings, readEnv } from '@shelfwire/http'
import { databaseAddress, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'

const milliseconds = 'must be a whole number of milliseconds from 100 to 86400000'
const duration = z.coerce
  .number(milliseconds)
  .int(milliseconds)
  .min(100, milliseconds)
  .max(86_400_000, milliseconds)
const skus = 'must be a whole number from 1000 to 10000000'

const env = {
  ...httpEnv,
  ...corsEnv,
  ...mysqlEnv,
  /** Where Kafka Connect answers; its status is shown to people and decides nothing. */
  CONNECT_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  /** The age up to which a store's numbers are `fresh`. */
  SLA_MS: duration.default(DEFAULT_FRESHNESS_LIMITS.slaMs),
  /** The age from which a store is `offline`. */
  OFFLINE_MS: duration.default(DEFAULT_FRESHNESS_LIMITS.offlineMs),
  /** How many SKUs are remembered; about 2 kB each with five stores, once they have been asked for. */
  MEMORY_SKUS: z.coerce.number(skus).int(skus).min(1_000, skus).max(10_000_000, skus).default(50_000),
}

/** The service's whole configuration; throws a ConfigurationError that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const values = readEnv(env, environment)
  if (values.OFFLINE_MS <= values.SLA_MS) {
    throw new ConfigurationError([`OFFLINE_MS: must be above SLA_MS, which is ${values.SLA_MS}`])
  }
  return {
    http: httpSettings(values),
    corsOrigins: values.CORS_ORIGINS,
    logLevel: values.LOG_LEVEL as string,
    database: databaseAddress(values),
    connectUrl: values.CONNECT_URL,
    limits: { slaMs: values.SLA_MS, offlineMs: values.OFFLINE_MS },
    memorySkus: values.MEMORY_SKUS,
  }
}

export type Config = ReturnType<typeof readConfig>
