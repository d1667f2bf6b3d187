import {
  chooseDataDir,
  foldersIn,
  type Parsed,
  portBaseOption,
  portsFrom,
  Refused,
  readInstallation,
  readSecrets,
  storeId,
  urlsOf,
} from '@shelfwire/platform'
import type { DatabaseAddresses } from './compare/databases.ts'

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
  databases: DatabaseAddresses
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
  // The least user who can read a whole server of ours.
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
  }
}

/** The installation that a command line means by `--data`, `--db` and `--port-base`. */
export async function installationOf(parsed: Parsed): Promise<Place> {
  return findInstallation(await chooseDataDir(parsed), { portBase: portBaseOption(parsed) })
}
