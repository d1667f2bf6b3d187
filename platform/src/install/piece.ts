import { createHash } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchedDir } from '../layout.ts'
import { withLock } from '../locks.ts'
import { runCommand } from './run-command.ts'

/** One thing that set-up fetches or makes, in a folder of its own. */
export type Piece = {
  /** Its folder below the folder of fetched things. */
  name: string
  /** What a person reads: product, version and where it comes from. */
  title: string
  /** Everything that decides the result; when it changes, the piece is fetched again. */
  recipe: unknown
  /** Fills the folder `into`. May be ended at any moment: only a whole folder is ever kept. */
  make: (into: string) => Promise<void>
}

export type Log = (line: string) => void

/**
 * Where a piece lies once it is there. The name carries the recipe: a new one never takes the place of
 * files that a running stack still uses. (Old ones can be deleted when nothing runs.)
 */
export function pieceDir({ name, recipe }: Pick<Piece, 'name' | 'recipe'>): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex')
  return join(fetchedDir, `${name}-${hash.slice(0, 8)}`)
}

/** Makes the piece unless it is there already, and returns its folder. Safe to call from many processes. */
export async function ensurePiece(piece: Piece, log: Log): Promise<string> {
  const folder = pieceDir(piece)
  if (await isThere(piece)) return folder
  const waiting = () => log(`${piece.title}: another process is fetching it; waiting`)
  return withLock(
    folder,
    async () => {
      if (!(await isThere(piece))) await makePiece(piece, folder, log)
      return folder
    },
    waiting,
  )
}

/** A folder appears whole, by one rename: a piece is there or it is not. */
export async function isThere(piece: Piece): Promise<boolean> {
  return access(pieceDir(piece)).then(
    () => true,
    () => false,
  )
}

async function makePiece(piece: Piece, folder: string, log: Log): Promise<void> {
  const startedAt = Date.now()
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  log(`${piece.title} ...`)
  const sizeReports = setInterval(async () => {
    log(`${piece.title} ... ${await megabytes(unfinished)} MB so far`)
  }, 5000)
  try {
    await piece.make(unfinished)
  } finally {
    clearInterval(sizeReports)
  }
  await rename(unfinished, folder)
  log(`${piece.title}: ${await megabytes(folder)} MB in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function megabytes(folder: string): Promise<string> {
  const size = await runCommand('du', ['-sm', folder]).catch(() => '?')
  return size.split('\t')[0] ?? '?'
}
