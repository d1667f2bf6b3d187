import { DEFAULT_FRESHNESS_LIMITS } from '@shelfwire/contracts'
import { ConfigurationError, corsEnv, httpEnv, httpSettings, readEnv } from '@shelfwire/http'
import { databaseAddress, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'
import { rowsThatFit } from './cache/cache-limit.ts'

const milliseconds = 'must be a whole number of milliseconds from 100 to 86400000'
const duration = z.coerce
  .number(milliseconds)
  .int(milliseconds)
  .min(100, milliseconds)
  .max(86_400_000, milliseconds)
const rows = 'must be a whole number from 1000 to 100000000'

/** 50,000 SKUs in five stores. */
const DEFAULT_ROWS = 300_000

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
  /** How many rows are cached: a SKU is one, its level in each store another. By default what fits the heap. */
  CACHE_ROWS: z.coerce.number(rows).int(rows).min(1_000, rows).max(100_000_000, rows).optional(),
}

/** The service's whole configuration; throws a ConfigurationError that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, mostRows = rowsThatFit()) {
  const values = readEnv(env, environment)
  if ((values.CACHE_ROWS ?? 0) > mostRows) {
    throw new ConfigurationError([
      `CACHE_ROWS: must be at most ${mostRows} with the heap that V8 has; --max-old-space-size gives it more`,
    ])
  }
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
    cacheRows: values.CACHE_ROWS ?? Math.min(DEFAULT_ROWS, mostRows),
  }
}

export type Config = ReturnType<typeof readConfig>
