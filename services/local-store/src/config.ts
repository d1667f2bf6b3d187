import { storeIdField } from '@shelfwire/contracts'
import { httpEnv, httpSettings, readEnv } from '@shelfwire/http'
import { kafkaEnv, registryEnv } from '@shelfwire/kafka'
import { databaseAddress, maintenanceAddress, maintenanceEnv, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'
import { SKU_CASE_CONFLICTS } from './writes/name-lines.ts'

/** `map` writes to the SKU that the store has; many trades' codes come in both cases. */
const skuCaseConflicts = z.enum(SKU_CASE_CONFLICTS, 'must be refuse or map').default('refuse')

/** Everything that may differ between two stores' services. Throws a ConfigurationError that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const env = readEnv(
    {
      STORE_ID: storeIdField,
      SKU_CASE_CONFLICTS: skuCaseConflicts,
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
    skuCaseConflicts: env.SKU_CASE_CONFLICTS,
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
