import { join } from 'node:path'
import { fetchWithin } from '../ask.ts'
import { command } from '../control/client.ts'
import { runCommand } from '../install/run-command.ts'
import { Refused, readInstallation } from '../installation.ts'
import { foldersIn, portsFrom, projectDir, storeId } from '../layout.ts'
import { type Urls, urlsOf } from '../plan.ts'
import { readSecrets } from '../secrets.ts'
import { registerStore } from '../stores.ts'
import { ConnectApi } from '../streams/connect-api.ts'
import type { StoreName, StoreProgress } from './read-progress.ts'
import { untilEqual } from './until-equal.ts'

export type RebuildOptions = {
  log: (line: string) => void
  onProgress: (stores: StoreProgress[]) => void
}

/**
 * Empties central's projection and rebuilds it from the stores: their connectors' offsets are deleted, so
 * that each begins with a snapshot of the whole journal. Stores sell on; central says of each that it is being
 * rebuilt until its journal is read whole. May be stopped anywhere and run again. Resolves only when a beat of after
 * its start has proved each store equal; throws {@link Refused} with the stores that got stuck, and why.
 */
export async function rebuildCentral(
  dataDir: string,
  { log, onProgress }: RebuildOptions,
): Promise<StoreProgress[]> {
  const installation = await readInstallation(dataDir)
  if (installation === null) throw new Refused(`${dataDir} holds no installation. Start one first: npm start`)
  const urls = urlsOf(installation.portBase)
  const connect = new ConnectApi(urls.connect)
  const stores = Array.from({ length: installation.stores }, (_, index) => ({
    number: index + 1,
    id: storeId(index + 1),
  }))

  await command(dataDir, 'POST', '/components/central-update/stop', log)
  await mendLostDatabase(dataDir, { stores, urls, log })
  // A connector trusts for ever the schemas that it was given: after a lost database they have other numbers. Those of
  // the stores' connectors begin with a snapshot in any case.
  await connect.restart('central')
  for (const { id } of stores) await connect.forgetOffsets(id)
  log('the connectors have forgotten how far they read')
  log((await emptyProjection(dataDir, installation.portBase)).trim())
  await command(dataDir, 'POST', '/components/central-update/start', log)
  for (const { id } of stores) await connect.resume(id)
  return untilEqual(stores, urls, onProgress)
}

/**
 * When central's database was lost, its server created an empty one: the registry, which keeps its tables there,
 * must make them again, and central must know its stores before it believes their records. Harmless else.
 */
async function mendLostDatabase(
  dataDir: string,
  { stores, urls, log }: { stores: readonly StoreName[]; urls: Urls; log: RebuildOptions['log'] },
): Promise<void> {
  const response = await fetchWithin(10_000, `${urls.registry}/subjects`).catch(() => null)
  if (!response?.ok) {
    for (const action of ['stop', 'start'])
      await command(dataDir, 'POST', `/components/registry/${action}`, log)
  }
  for (const { id, number } of stores) await registerStore(urls.centralQuery, id, number)
}

/** Has central-update's own program empty its tables: as the user of the migrations, for a service may not. */
async function emptyProjection(dataDir: string, portBase: number): Promise<string> {
  const secrets = (await readSecrets(foldersIn(dataDir))).databases?.central
  if (secrets === undefined) throw new Refused(`${dataDir} has no secrets of central`)
  const urls = urlsOf(portBase)
  return runCommand(process.execPath, [join(projectDir, 'services/central-update/src/rebuild-cli.ts')], {
    env: {
      HTTP_PORT: '0',
      LOG_LEVEL: 'error',
      KAFKA_BROKERS: urls.brokers,
      REGISTRY_URL: urls.registry,
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: String(portsFrom(portBase).mysqlCentral),
      MYSQL_USER: 'migration',
      MYSQL_PASSWORD: secrets.migration,
      MYSQL_MAINTENANCE_PASSWORD: secrets.maintenance,
      MYSQL_DATABASE: 'central',
    },
  })
}
