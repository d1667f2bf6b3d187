import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseServer, prepareDatabase, revokeOldRights } from '../database/prepare-database.ts'
import { storeId } from '../layout.ts'
import { serverIdOf } from '../plan.ts'
import { registerStore } from '../stores.ts'
import { ConnectApi } from '../streams/connect-api.ts'
import { connectorSettings } from '../streams/connector-settings.ts'
import { ensureTopics } from '../streams/topics.ts'
import { type DeployConfig, deployEnvironment, loadDeployConfig } from './config.ts'

/** What a deployment needs once, and `revoke` after each upgrade. Each is safe to run again. */
const jobs: Record<string, (config: DeployConfig) => Promise<void>> = {
  databases: (config) => forEachDatabase(config, prepareDatabase),
  topics: ({ KAFKA_BROKERS, STORES }) => ensureTopics(KAFKA_BROKERS, storeNumbers(STORES).map(storeId)),
  connectors: setUpConnectors,
  // When no process of an earlier version is left.
  revoke: (config) => forEachDatabase(config, revokeOldRights),
}

const storeNumbers = (stores: number) => Array.from({ length: stores }, (_, index) => index + 1)

/** Central is number 0 among the owners of a database. */
const ownerOf = (number: number) => (number === 0 ? 'central' : storeId(number))

async function forEachDatabase(
  config: DeployConfig,
  work: (server: DatabaseServer) => Promise<void>,
): Promise<void> {
  const secret = async (name: string) => (await readFile(join(config.SECRETS_DIR, name), 'utf8')).trim()
  for (const owner of [0, ...storeNumbers(config.STORES)].map(ownerOf)) {
    await work({
      kind: owner === 'central' ? 'central' : 'store',
      host: config.DATABASE_HOST.replace('{owner}', owner),
      port: config.DATABASE_PORT,
      clientHost: config.DATABASE_CLIENTS,
      secrets: {
        root: await secret(`${owner}-root`),
        migration: await secret(`${owner}-migration`),
        service: await secret(`${owner}-service`),
        maintenance: await secret(`${owner}-maintenance`),
        cdc: await secret(`${owner}-cdc`),
      },
      registryPassword: await secret('registry'),
      queryPassword: await secret('central-query'),
      log: console.log,
    })
  }
}

async function setUpConnectors(config: DeployConfig): Promise<void> {
  const connect = new ConnectApi(config.CONNECT_URL)
  for (const number of storeNumbers(config.STORES)) {
    await registerStore(config.CENTRAL_QUERY_URL, storeId(number), number)
  }
  for (const number of [0, ...storeNumbers(config.STORES)]) {
    const owner = ownerOf(number)
    const settings = await connectorSettings({
      owner,
      flavour: 'mysql',
      databaseHost: config.DATABASE_HOST.replace('{owner}', owner),
      databasePort: config.DATABASE_PORT,
      serverId: 5000 + serverIdOf(number),
      brokers: config.KAFKA_BROKERS,
      registryApi: config.REGISTRY_API,
      secretsDir: config.SECRETS_DIR,
    })
    if (await connect.ensureConnector(owner, settings)) console.log(`connector ${owner} set`)
    await connect.untilRunning(owner)
  }
}

const job = jobs[process.argv[2] ?? '']
if (!job) {
  console.error(`usage: set-up.ts ${Object.keys(jobs).join(' | ')}`)
  process.exit(2)
}
await job(loadDeployConfig(deployEnvironment))
process.exit(0)
