import { storeIdField } from '@shelfwire/contracts'
import { httpEnv, readEnv } from '@shelfwire/http'
import { kafkaEnv, registryEnv } from '@shelfwire/kafka'
import { databaseAddress, mysqlEnv } from '@shelfwire/mysql'

/** Everything that may differ between two stores' services. Throws a ConfigurationError that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const env = readEnv(
    { STORE_ID: storeIdField, ...httpEnv, ...mysqlEnv, ...kafkaEnv, ...registryEnv },
    environment,
  )
  return {
    storeId: env.STORE_ID,
    http: { host: env.HTTP_HOST, port: env.HTTP_PORT },
    logLevel: env.LOG_LEVEL,
    database: databaseAddress(env),
    brokers: env.KAFKA_BROKERS,
    registryUrl: env.REGISTRY_URL,
  }
}

export type Config = ReturnType<typeof readConfig>
