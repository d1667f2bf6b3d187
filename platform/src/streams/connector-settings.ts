import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { confDir, type Flavour } from '../layout.ts'
import { fillTemplate } from '../template.ts'

export type ConnectorSettings = Record<string, string>

export type ConnectorPlace = {
  /** `central`, or a store's id: also the connector's name and topic prefix. */
  owner: string
  flavour: Flavour
  databaseHost: string
  databasePort: number
  /** Unique among the servers and connectors that read one another's binlogs. */
  serverId: number
  brokers: string
  /** The registry's own API, version 2, which the converter speaks. */
  registryApi: string
  /** The folder of password files, as Connect sees it. */
  secretsDir: string
}

const connectorClasses = {
  mysql: 'io.debezium.connector.mysql.MySqlConnector',
  mariadb: 'io.debezium.connector.mariadb.MariaDbConnector',
}

/**
 * How long a connector waits for a batch to fill before it looks again. With `max.batch.size` 1 the first row fills it, and
 * is sent at once; with larger batches every row waits for the whole interval, and a short one costs a core (four
 * connectors, idle: 56 % at 5 ms, 8 % like this; from a sale to Kafka 9 ms and 4 ms).
 */
const POLL_INTERVAL_MS = 100

/** A connector's settings, from its template in conf/connectors. */
export async function connectorSettings(place: ConnectorPlace): Promise<ConnectorSettings> {
  const template = place.owner === 'central' ? 'central.json' : 'store.json'
  const text = await readFile(join(confDir, 'connectors', template), 'utf8')
  const filled = fillTemplate(text, {
    STORE_ID: place.owner,
    CONNECTOR_CLASS: connectorClasses[place.flavour],
    DATABASE_HOST: place.databaseHost,
    DATABASE_PORT: String(place.databasePort),
    SERVER_ID: String(place.serverId),
    KAFKA_BROKERS: place.brokers,
    REGISTRY_API: place.registryApi,
    SECRETS_DIR: place.secretsDir,
    POLL_INTERVAL_MS: String(POLL_INTERVAL_MS),
  })
  return JSON.parse(filled) as ConnectorSettings
}
