import type { DatabaseAddress } from '@shelfwire/mysql'
import { chooseDataDir, type Parsed, portBaseOption } from './cli/arguments.ts'
import { command } from './control/client.ts'
import { Refused, readInstallation } from './installation.ts'
import { foldersIn, portsFrom, storeId } from './layout.ts'
import { urlsOf } from './plan.ts'
import { readSecrets } from './secrets.ts'
import type { StackStatus } from './stack.ts'
import type { ComponentStatus } from './supervise/component.ts'

export interface StoreAddress {
  storeId: string
  /** Where its service answers. */
  url: string
}

/** Where everything of one installation is. */
export interface Place {
  dataDir: string
  centralQueryUrl: string
  stores: readonly StoreAddress[]
  /** The databases, by a user who may read all that services read. */
  databases: { central: DatabaseAddress; stores: ReadonlyMap<string, DatabaseAddress> }
  /** A component's status in the running platform; throws when it has none of that name. */
  statusOf(component: string): Promise<ComponentStatus>
}

/** The installation in a data folder. Throws `Refused` when nothing was ever started there. */
export async function findInstallation(
  dataDir: string,
  options: { portBase?: number | undefined } = {},
): Promise<Place> {
  const installation = await readInstallation(dataDir)
  if (installation === null) {
    throw new Refused(`${dataDir} holds no installation. Start one first: npm start -- --detach`)
  }
  const portBase = options.portBase ?? installation.portBase
  const urls = urlsOf(portBase)
  const ports = portsFrom(portBase)
  const { databases = {} } = await readSecrets(foldersIn(dataDir))
  const address = (owner: string, port: number, database: string) => ({
    ...{ host: '127.0.0.1', port, database, user: 'service' },
    password: databases[owner]?.service ?? '',
  })
  const numbers = Array.from({ length: installation.stores }, (_, index) => index + 1)
  return {
    dataDir,
    centralQueryUrl: urls.centralQuery,
    stores: numbers.map((number) => ({ storeId: storeId(number), url: urls.store(number) })),
    databases: {
      central: address('central', ports.mysqlCentral, 'central'),
      stores: new Map(
        numbers.map((number) => [
          storeId(number),
          address(storeId(number), ports.mysqlStore(number), 'store'),
        ]),
      ),
    },
    statusOf: (component) => readStatus(dataDir, component),
  }
}

async function readStatus(dataDir: string, name: string): Promise<ComponentStatus> {
  const { components } = (await command(dataDir, 'GET', '/status')) as StackStatus
  const component = components.find((each) => each.name === name)
  if (component === undefined) throw new Refused(`the platform has no component ${name}`)
  return component
}

/** The installation that a command line means by `--data`, `--db` and `--port-base`. */
export async function installationOf(parsed: Parsed): Promise<Place> {
  return findInstallation(await chooseDataDir(parsed), { portBase: portBaseOption(parsed) })
}
