import { join } from 'node:path'
import type { Flavour } from '../layout.ts'
import { mariadbPiece } from './mariadb.ts'
import { mysqlPiece } from './mysql.ts'
import { ensurePiece, isThere, type Log, type Piece } from './piece.ts'
import { runCommand } from './run-command.ts'

/** A database server, and a data folder initialised once, to be copied for each new server. */
export async function ensureDatabase(
  wanted: Flavour,
  log: Log,
): Promise<{ flavour: Flavour; databaseDir: string }> {
  const flavour = wanted === 'mysql' && !(await mysqlCanBeHad(log)) ? 'mariadb' : wanted
  const databaseDir = await ensurePiece(flavour === 'mysql' ? mysqlPiece : mariadbPiece, log)
  await ensurePiece(emptyDataPiece(flavour, databaseDir), log)
  return { flavour, databaseDir }
}

async function mysqlCanBeHad(log: Log): Promise<boolean> {
  if (await isThere(mysqlPiece)) return true
  try {
    await ensurePiece(mysqlPiece, log)
    return true
  } catch (error) {
    log(`MySQL can't be had here: ${error instanceof Error ? error.message : error}`)
    log('Going on with MariaDB instead (the same as --db mariadb).')
    return false
  }
}

/** A data folder as a server leaves it after its first initialisation; copying it saves 3 s a server. */
export function emptyDataPiece(flavour: Flavour, databaseDir: string): Piece {
  return {
    name: `${flavour}-empty-data`,
    title: `Empty ${flavour} data folder`,
    recipe: { flavour, version: 1 },
    async make(into) {
      const data = join(into, 'data')
      if (flavour === 'mysql') {
        const [file, ...args] = serverCommand(flavour, databaseDir)
        await runCommand(file, [
          ...args,
          '--no-defaults',
          ...serverPaths(flavour, databaseDir),
          `--datadir=${data}`,
          '--initialize-insecure',
        ])
      } else {
        await runCommand(join(databaseDir, 'scripts/mariadb-install-db'), [
          '--no-defaults',
          `--basedir=${databaseDir}`,
          `--datadir=${data}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          ...asRoot(),
        ])
      }
    },
  }
}

const triplets: Partial<Record<string, { folder: string; loader: string }>> = {
  x64: { folder: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { folder: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
}

/** The program and its first arguments. MySQL runs with the loader and libraries it was unpacked with. */
export function serverCommand(flavour: Flavour, databaseDir: string): [string, ...string[]] {
  if (flavour === 'mariadb') return [join(databaseDir, 'bin/mariadbd')]
  const triplet = triplets[process.arch]
  if (!triplet) throw new Error(`no MySQL server for ${process.arch}: x64 or arm64 is needed`)
  const libraries = join(databaseDir, 'usr/lib', triplet.folder)
  return [join(libraries, triplet.loader), '--library-path', libraries, join(databaseDir, 'usr/sbin/mysqld')]
}

/** Where the server finds its own files; these come after --defaults-file, which must be first. */
export function serverPaths(flavour: Flavour, databaseDir: string): string[] {
  if (flavour === 'mariadb') return [`--basedir=${databaseDir}`, ...asRoot()]
  return [
    `--basedir=${join(databaseDir, 'usr')}`,
    `--lc-messages-dir=${join(databaseDir, 'usr/share/mysql')}`,
    '--secure-file-priv=NULL',
    ...asRoot(),
  ]
}

/** Both servers refuse to run as the system's root without an option. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}
