import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mysqlComponent, RESTORED_DATA } from '../components/mysql.ts'
import { command, NotRunning } from '../control/client.ts'
import { prepareDatabase } from '../database/prepare-database.ts'
import { ensureDatabase } from '../install/database.ts'
import { Refused } from '../installation.ts'
import { socketName, tryListen } from '../locks.ts'
import { serverIdOf } from '../plan.ts'
import { checkPortsFree } from '../ports-free.ts'
import { untilFresh } from '../stores.ts'
import { ConnectApi } from '../streams/connect-api.ts'
import type { Component } from '../supervise/component.ts'
import { endLeftoversOf } from '../supervise/processes.ts'
import { ComponentRunner } from '../supervise/runner.ts'
import { loadStore, readBackupOf } from './load-store.ts'
import { type OpenedEpoch, openEpoch, ownEpoch } from './open-epoch.ts'
import { addressOf, type StorePlace } from './store-place.ts'

type Log = (line: string) => void

export type RestoreOptions = {
  path: string
  /** An epoch that the store certainly never went beyond, when no other source knows. */
  above?: number | undefined
  log: Log
}

/**
 * Puts the backup at `path` in the place of a store's database. It is loaded into a new server, with an identity of
 * its own, and its next epoch is opened there: only then does the new server's folder take the old one's place, by a
 * rename. So a restored database never continues in its old epoch, where it would give used numbers to other entries,
 * and until the rename nothing has changed for the store, which sells on. Returns where the old folder is kept.
 */
export async function restoreStore(
  place: StorePlace,
  { path, above, log }: RestoreOptions,
): Promise<{ opened: OpenedEpoch; keptIn: string }> {
  await using _alone = await claimRestore(place)
  const { data, waiting } = dataFoldersOf(place)
  // Without this check the only complete copy would be deleted below.
  if (!existsSync(data)) throw new Refused(`the data folder of ${place.id} is gone: ${data}`)
  const server = await restoreServer(place, log)
  // A restore that was killed may have left its server running.
  await endLeftoversOf(place.folders.root, server.name)
  for (const folder of [restoredFolder(place), waiting]) await rm(folder, { recursive: true, force: true })
  await checkPortsFree([server])
  const runner = new ComponentRunner(server, {
    ...{ dataDir: place.folders.root, logPath: place.folders.log(server.name), log },
  })
  const giveUp = () => void runner.stop().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, giveUp)
  try {
    await runner.start()
    const opened = await loadAndOpen(place, { path, above, log })
    await runner.stop()
    return { opened, keptIn: await takeItsPlace(place, opened, log) }
  } finally {
    await runner.stop()
    await rm(restoredFolder(place), { recursive: true, force: true })
  }
}

/**
 * Whether a restore was killed when the old data were moved aside already: the restored ones are whole, and the
 * server's next start takes them.
 */
export function isCutOff(place: StorePlace): boolean {
  const { data, waiting } = dataFoldersOf(place)
  return !existsSync(data) && existsSync(waiting)
}

/** Goes on where a restore was cut off, see {@link isCutOff}; resolves when central calls the store fresh. */
export async function finishRestore(place: StorePlace, log: Log): Promise<void> {
  await using _alone = await claimRestore(place)
  await bringBack(place, log)
}

/** Throws `Refused` when another process restores the store now; the kernel frees the lock of one that is killed. */
async function claimRestore(place: StorePlace): Promise<AsyncDisposable> {
  const server = createServer()
  if (!(await tryListen(server, socketName('restore', restoredFolder(place)))))
    throw new Refused(`${place.id} is being restored already`)
  return { [Symbol.asyncDispose]: async () => void server.close() }
}

function restoredFolder({ id, folders }: StorePlace): string {
  return folders.component(`mysql-${id}-restored`)
}

/** The store's own data, and where restored ones wait for them to make room. */
function dataFoldersOf({ id, folders }: StorePlace): { data: string; waiting: string } {
  const folder = folders.component(`mysql-${id}`)
  return { data: join(folder, 'data'), waiting: join(folder, RESTORED_DATA) }
}

async function restoreServer(place: StorePlace, log: Log): Promise<Component> {
  const { id, number, installation, secrets, restorePort: port } = place
  const { flavour, databaseDir } = await ensureDatabase(installation.flavour, log)
  if (flavour !== installation.flavour) throw new Refused(`there is no ${installation.flavour} server here`)
  return mysqlComponent({
    name: `mysql-${id}-restored`,
    flavour,
    databaseDir,
    folder: restoredFolder(place),
    port,
    serverId: serverIdOf(number),
    bufferPoolMb: 64,
    localInfile: false,
    rootPassword: secrets.root,
    settle: () =>
      // The users of the registry and of central-query live on central's server alone.
      prepareDatabase({
        kind: 'store',
        host: '127.0.0.1',
        port,
        secrets,
        registryPassword: '',
        queryPassword: '',
        log: () => {},
      }),
  })
}

async function loadAndOpen(place: StorePlace, { path, above, log }: RestoreOptions): Promise<OpenedEpoch> {
  const header = await readBackupOf(path, place.id)
  await loadStore(addressOf(place, 'migration', place.restorePort), path)
  await startOwnDatabase(place, log)
  const reason = `restored from the backup of ${header.madeAt}`
  const opened = await openEpoch(place, { reason, above, port: place.restorePort })
  if (opened.checksum !== header.checksum) {
    const sums = `${opened.checksum}, its head says ${header.checksum}`
    throw new Refused(`the levels in ${path} don't have the checksum of the store's head: it is ${sums}`)
  }
  log(`loaded: ${opened.skus} SKUs as of ${header.madeAt}, epoch ${opened.epoch} opened`)
  return opened
}

/**
 * A restore that was killed may have left the store's database stopped, and nothing else knows every epoch that the
 * store has used. When it can't be started, {@link openEpoch} decides without it, or refuses.
 */
async function startOwnDatabase({ id, folders }: StorePlace, log: Log): Promise<void> {
  try {
    await changeComponent(folders, { action: 'start', component: `mysql-${id}`, log })
  } catch (error) {
    if (error instanceof NotRunning || !(error instanceof Refused)) throw error
    log(`mysql-${id} can't be started: ${error.message}`)
  }
}

async function takeItsPlace(place: StorePlace, opened: OpenedEpoch, log: Log): Promise<string> {
  const { id, folders, urls } = place
  const { data, waiting } = dataFoldersOf(place)
  const keptIn = `${data}-until-${new Date().toISOString().replaceAll(':', '-')}`

  await changeComponent(folders, { action: 'stop', component: id, log })
  // The store has sold on while the backup was loaded, and opens an epoch by itself once a year.
  if (((await ownEpoch(place)) ?? 0) >= opened.epoch) {
    await changeComponent(folders, { action: 'start', component: id, log })
    throw new Refused(`${id} has opened epoch ${opened.epoch} meanwhile: run this again`)
  }
  // Where the connector stands in the old server's binlog means nothing in the new one's.
  await new ConnectApi(urls.connect).forgetOffsets(id)
  await changeComponent(folders, { action: 'stop', component: `mysql-${id}`, log })
  await rename(join(restoredFolder(place), 'data'), waiting)
  // From here on the restore can't fail: the server's next start takes the restored data.
  await rename(data, keptIn)
  await bringBack(place, log)
  return keptIn
}

async function bringBack({ id, folders, urls }: StorePlace, log: Log): Promise<void> {
  await changeComponent(folders, { action: 'start', component: `mysql-${id}`, log })
  await new ConnectApi(urls.connect).resume(id)
  await changeComponent(folders, { action: 'start', component: id, log })
  await untilFresh(urls.centralQuery, [id])
}

function changeComponent(
  { root }: StorePlace['folders'],
  { action, component, log }: { action: 'start' | 'stop'; component: string; log: Log },
): Promise<unknown> {
  return command(root, 'POST', `/components/${component}/${action}`, log)
}
