import { type Installation, Refused, readInstallation } from '../installation.ts'
import { type Folders, foldersIn, portsFrom, storeId } from '../layout.ts'
import { type Urls, urlsOf } from '../plan.ts'
import { type DatabaseSecrets, readSecrets } from '../secrets.ts'

/** One store of an installation: where its database and its folders are. */
export type StorePlace = {
  number: number
  id: string
  folders: Folders
  installation: Installation
  urls: Urls
  secrets: DatabaseSecrets
  /** The port of its database, and the one on which a backup of it is loaded. */
  port: number
  restorePort: number
}

/** Finds store `number` in a data folder. Throws `Refused`, naming the stores there are. */
export async function findStore(dataDir: string, number: number): Promise<StorePlace> {
  const installation = await readInstallation(dataDir)
  if (installation === null) throw new Refused(`${dataDir} holds no installation. Start one first: npm start`)
  const folders = foldersIn(dataDir)
  const id = storeId(number)
  const secrets = (await readSecrets(folders)).databases?.[id]
  if (number > installation.stores || secrets === undefined) {
    throw new Refused(`there is no store ${number}; stores are 1 to ${installation.stores}`)
  }
  const ports = portsFrom(installation.portBase)
  const own = { port: ports.mysqlStore(number), restorePort: ports.mysqlRestore }
  return { number, id, folders, installation, secrets, urls: urlsOf(installation.portBase), ...own }
}

/** The store's database for one of its users, at its own port by default. */
export function addressOf(place: StorePlace, user: 'service' | 'migration', port = place.port) {
  return { host: '127.0.0.1', port, user, password: place.secrets[user], database: 'store' }
}
