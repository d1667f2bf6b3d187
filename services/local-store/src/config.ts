import { storeIdField } from '@shelfwire/contracts'
import { httpEnv, httpSettings, readEnv } from '@shelfwire/http'
import { kafkaEnv, registryEnv } from '@shelfwire/kafka'
import { databaseAddress, maintenanceAddress, maintenanceEnv, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'
import { CASE_TWINS } from './writes/name-lines.ts'

/** `map` writes to the SKU that the store has; many trades' codes come in both cases. */
const caseTwins = z.enum(CASE_TWINS, 'must be refuse or map').default('refuse')

/** Everything that may differ between two stores' services. Throws a ConfigurationError that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const env = readEnv(
    {
      STORE_ID: storeIdField,
      CASE_TWINS: caseTwins,
      ...httpEnv,
      ...mysqlEnv,
      ...maintenanceEnv,
      ...kafkaEnv,
      ...registryEnv,
    },
    environment,
  )
  return {
    storeId: env.STORE_ID,
    caseTwins: env.CASE_TWINS,
    http: httpSettings(env),
    logLevel: env.LOG_LEVEL,
    database: databaseAddress(env),
    maintenance: maintenanceAddress(env),
    brokers: env.KAFKA_BROKERS,
    registryUrl: env.REGISTRY_URL,
  }
}

/** What opening an epoch needs: whose database, and where it is. Throws as {@link readConfig} does. */
export function readOpeningConfig(environment: NodeJS.ProcessEnv = process.env) {
  const env = readEnv({ STORE_ID: storeIdField, ...mysqlEnv, ...maintenanceEnv }, environment)
  return { storeId: env.STORE_ID, database: databaseAddress(env), maintenance: maintenanceAddress(env) }
}

export type Config = ReturnType<typeof readConfig>
