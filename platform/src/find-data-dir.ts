import { isRunning } from './control/client.ts'
import { readInstallation } from './installation.ts'
import { defaultDataDir, type Flavour, foldersIn } from './layout.ts'

/**
 * The data folder meant: the one given; else that of the flavour given; else, of the two default folders, the one
 * that runs, then the one that has something in it, then MySQL's.
 */
export async function findDataDir(given: {
  dataDir?: string | undefined
  flavour?: Flavour | undefined
}): Promise<string> {
  if (given.dataDir !== undefined) return foldersIn(given.dataDir).root
  if (given.flavour) return defaultDataDir(given.flavour)
  const folders = [defaultDataDir('mysql'), defaultDataDir('mariadb')]
  for (const folder of folders) if (await isRunning(folder)) return folder
  for (const folder of folders) if (await readInstallation(folder)) return folder
  return defaultDataDir('mysql')
}
