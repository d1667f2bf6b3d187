import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Flavour, foldersIn, mostStores } from './layout.ts'
import { makePrivateDir } from './private-dir.ts'

/** What a data folder remembers of itself. */
export type Installation = { flavour: Flavour; stores: number; portBase: number }

/** A request that can't be fulfilled; the message says what can. */
export class Refused extends Error {
  readonly code = 'refused'
}

export const defaultStores = 3
export const defaultPortBase = 13_000

/** What the data folder remembers, or null when nothing was ever started in it. */
export async function readInstallation(dataDir: string): Promise<Installation | null> {
  const text = await readFile(foldersIn(dataDir).installation, 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as Installation)
}

export async function writeInstallation(dataDir: string, installation: Installation): Promise<void> {
  const folders = foldersIn(dataDir)
  // Only its user: there are secrets and customers' data below.
  await makePrivateDir(folders.root)
  await writeFile(folders.installation, `${JSON.stringify(installation, null, 2)}\n`)
}

/** Deletes what a data folder holds, if it is one: a folder with other files is never wiped. Logs and backups stay. */
export async function wipeInstallation(dataDir: string): Promise<void> {
  if (!(await readInstallation(dataDir))) return
  const { root, logs, backups } = foldersIn(dataDir)
  for (const name of await readdir(root)) {
    if (![logs, backups].includes(join(root, name))) await rm(join(root, name), { recursive: true })
  }
}

export type Wish = { flavour: Flavour; stores?: number | undefined; portBase?: number | undefined }

/** What the installation will be: what was asked for, else what it was, else the defaults. Throws `Refused`. */
export function settleInstallation(known: Installation | null, wish: Wish, dataDir: string): Installation {
  if (known && known.flavour !== wish.flavour) {
    throw new Refused(
      `${dataDir} holds ${known.flavour} data, which ${wish.flavour} can't read. ` +
        `Start with --db ${known.flavour}, or give another folder with --data.`,
    )
  }
  const stores = wish.stores ?? known?.stores ?? defaultStores
  if (known && stores < known.stores) {
    throw new Refused(
      `${dataDir} has ${known.stores} stores; they can't be made ${stores}. ` +
        'Leave --stores out to go on with all, or wipe the data with --fresh.',
    )
  }
  if (stores > mostStores) throw new Refused(`--stores ${stores}: there are ports for at most ${mostStores}`)
  return { flavour: wish.flavour, stores, portBase: wish.portBase ?? known?.portBase ?? defaultPortBase }
}
