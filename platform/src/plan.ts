import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { connectComponent } from './components/connect.ts'
import { demoComponent } from './components/demo.ts'
import { kafkaComponent } from './components/kafka.ts'
import { mysqlComponent } from './components/mysql.ts'
import { registryComponent } from './components/registry.ts'
import { serviceComponent } from './components/service.ts'
import { type DatabaseServer, prepareDatabase, revokeOldRights } from './database/prepare-database.ts'
import type { Installed } from './install/install.ts'
import { type Installation, readInstallation } from './installation.ts'
import { type Folders, portsFrom, projectDir, storeId } from './layout.ts'
import type { DatabaseSecrets, Secrets } from './secrets.ts'
import { ensureTopics } from './streams/topics.ts'
import type { Component } from './supervise/component.ts'
import type { Wiring } from './wiring.ts'

/** Everything that decides how the components of an installation are started. */
export type Plan = {
  folders: Folders
  installation: Installation
  installed: Installed
  secrets: Secrets
  wiring: Wiring
  log: (line: string) => void
}

/** Where the components of an installation answer. */
export function urlsOf(portBase: number) {
  const ports = portsFrom(portBase)
  const local = (port: number) => `http://127.0.0.1:${port}`
  return {
    centralQuery: local(ports.centralQuery),
    centralUpdate: local(ports.centralUpdate),
    connect: local(ports.connect),
    registry: `${local(ports.registry)}/apis/ccompat/v7`,
    registryApi: `${local(ports.registry)}/apis/registry/v2`,
    brokers: `127.0.0.1:${ports.kafka}`,
    store: (number: number) => local(ports.store(number)),
  }
}

export type Urls = ReturnType<typeof urlsOf>

/** A database server's id: central 100, stores from 101. Connectors read as 5100 and up. */
export function serverIdOf(storeNumber: number): number {
  return 100 + storeNumber
}

/**
 * Records that wait to be applied outlive several collections of the young generation, and each copies them: with room
 * for 64 MB, catching up is a tenth faster.
 */
export const CENTRAL_UPDATE_NODE_ARGS = ['--max-semi-space-size=64']

/** Requests live as long as their transaction: with room for 32 MB a store takes a tenth more of them. */
export const LOCAL_STORE_NODE_ARGS = ['--max-semi-space-size=32']

/** Central's components and the ones all stores share. */
export function sharedComponents(plan: Plan): Component[] {
  const { folders, installation, installed, secrets } = plan
  const ports = portsFrom(installation.portBase)
  const urls = urlsOf(installation.portBase)
  return [
    mysqlOf(plan, 'central', ports.mysqlCentral, 0),
    kafkaComponent({
      java: installed.java,
      folder: folders.component('kafka'),
      port: ports.kafka,
      controllerPort: ports.kafkaController,
      doors: plan.wiring.kafkaDoors,
      settle: async () => ensureTopics(urls.brokers, await storesNow(folders.root)),
    }),
    registryComponent({
      java: installed.java,
      port: ports.registry,
      managementPort: ports.registryManagement,
      mysqlPort: ports.mysqlCentral,
      password: secrets.registry,
    }),
    connectComponent({
      java: installed.java,
      folder: folders.component('connect'),
      port: ports.connect,
      brokers: urls.brokers,
      secretsDir: folders.connectSecrets,
    }),
    serviceComponent({
      name: 'central-update',
      service: 'central-update',
      port: ports.centralUpdate,
      after: ['mysql-central', 'kafka', 'registry'],
      env: {
        ...serviceEnv(plan, { name: 'central-update', owner: 'central', mysqlPort: ports.mysqlCentral }),
        FEED_READERS: `127.0.0.1:${ports.centralQuery}`,
      },
      nodeArgs: CENTRAL_UPDATE_NODE_ARGS,
      environmentOf: plan.wiring.environmentOf,
    }),
    serviceComponent({
      name: 'central-query',
      service: 'central-query',
      port: ports.centralQuery,
      after: ['mysql-central'],
      env: {
        ...serviceEnv(plan, { name: 'central-query', owner: 'central', mysqlPort: ports.mysqlCentral }),
        MYSQL_USER: 'query',
        MYSQL_PASSWORD: plan.secrets.query,
        CONNECT_URL: urls.connect,
      },
      environmentOf: plan.wiring.environmentOf,
    }),
  ]
}

/** One store's own components: its database and its service. */
export function storeComponents(plan: Plan, number: number): Component[] {
  const ports = portsFrom(plan.installation.portBase)
  const id = storeId(number)
  return [
    mysqlOf(plan, id, ports.mysqlStore(number), number),
    serviceComponent({
      name: id,
      service: 'local-store',
      port: ports.store(number),
      after: [`mysql-${id}`, 'kafka', 'registry'],
      env: {
        ...serviceEnv(plan, { name: id, owner: id, mysqlPort: ports.mysqlStore(number) }),
        STORE_ID: id,
      },
      nodeArgs: LOCAL_STORE_NODE_ARGS,
      environmentOf: plan.wiring.environmentOf,
    }),
  ]
}

/** The replay of real baskets, if the project has it. */
export function demoComponents(plan: Plan): Component[] {
  const script = join(projectDir, 'demo/src/replay-cli.ts')
  return existsSync(script) ? [demoComponent(script, plan.folders.root, plan.installation.portBase)] : []
}

function mysqlOf(plan: Plan, owner: string, port: number, number: number): Component {
  const { folders, installation, installed, secrets } = plan
  const own = secretsOf(plan, owner)
  const name = `mysql-${owner}`
  const kind = owner === 'central' ? 'central' : 'store'
  const server: DatabaseServer = {
    ...{ kind, host: '127.0.0.1', port, secrets: own },
    ...{ registryPassword: secrets.registry, queryPassword: secrets.query, log: plan.log },
  }
  return mysqlComponent({
    name,
    flavour: installation.flavour,
    databaseDir: installed.databaseDir,
    folder: folders.component(name),
    port,
    serverId: serverIdOf(number),
    bufferPoolMb: kind === 'central' ? 512 : 64,
    localInfile: kind === 'central',
    rootPassword: own.root,
    async settle() {
      await prepareDatabase(server)
      // An installation runs processes of one version only.
      await revokeOldRights(server)
    },
  })
}

function serviceEnv(
  plan: Plan,
  { name, owner, mysqlPort }: { name: string; owner: string; mysqlPort: number },
): Record<string, string> {
  const ports = portsFrom(plan.installation.portBase)
  const through = (port: number) => plan.wiring.portFor(name, port)
  return {
    KAFKA_BROKERS: `127.0.0.1:${through(ports.kafka)}`,
    REGISTRY_URL: `http://127.0.0.1:${through(ports.registry)}/apis/ccompat/v7`,
    MYSQL_HOST: '127.0.0.1',
    MYSQL_PORT: String(through(mysqlPort)),
    MYSQL_USER: 'service',
    MYSQL_PASSWORD: secretsOf(plan, owner).service,
    ...(name === 'central-query' ? {} : { MYSQL_MAINTENANCE_PASSWORD: secretsOf(plan, owner).maintenance }),
    MYSQL_DATABASE: owner === 'central' ? 'central' : 'store',
  }
}

/** The stores there are by now: some may have joined since this process was started. */
async function storesNow(dataDir: string): Promise<string[]> {
  const { stores } = (await readInstallation(dataDir)) ?? { stores: 0 }
  return Array.from({ length: stores }, (_, index) => storeId(index + 1))
}

function secretsOf(plan: Plan, owner: string): DatabaseSecrets {
  const found = plan.secrets.databases[owner]
  if (!found) throw new Error(`no secrets for ${owner}`)
  return found
}
