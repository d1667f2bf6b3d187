import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { Refused } from '../installation.ts'

/** The header of a backup, its first line. */
export type BackupHeader = {
  format: 1
  storeId: string
  epoch: number
  /** The last entry in it. */
  seq: number
  /** The sum over its levels, as the store's head had it. */
  checksum: string
  /** The migrations that its tables have been through. */
  migrations: string[]
  madeAt: string
}

const HEADER = '-- shelfwire backup '
const END = '-- end '

/**
 * Writes a backup: the header, a statement on each line, and a last line with the hash of all before it; gzipped,
 * readable by its user alone, and under its name only once it is whole and on disk. A plain `gunzip` makes it a file
 * that any MySQL client can run.
 */
export async function writeBackupFile(
  path: string,
  header: BackupHeader,
  statements: AsyncIterable<string>,
): Promise<void> {
  const unfinished = `${path}.new`
  async function* lines() {
    const hash = createHash('sha256')
    for await (const line of withHeader(header, statements)) {
      hash.update(line)
      yield line
    }
    yield `${END}${hash.digest('hex')}\n`
  }
  try {
    // flush: a backup that a power cut turns into an empty file is none.
    const file = createWriteStream(unfinished, { mode: 0o600, flush: true })
    await pipeline(Readable.from(lines(), { objectMode: false }), createGzip(), file)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

async function* withHeader(header: BackupHeader, statements: AsyncIterable<string>) {
  yield `${HEADER}${JSON.stringify(header)}\n`
  for await (const statement of statements) yield `${statement}\n`
}

/** What the file at `path` is a backup of. Throws `Refused` when it is none. */
export async function readBackupHeader(path: string): Promise<BackupHeader> {
  for await (const line of linesOf(path)) return headerOf(path, line)
  throw new Refused(`${path} is empty`)
}

/**
 * The statements of a backup, one by one. Throws `Refused` at the end when they aren't what was written: the
 * caller must be able to discard what it ran until then.
 */
export async function* readStatements(path: string): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let first = true
  for await (const line of linesOf(path)) {
    if (line.startsWith(END)) {
      if (line === `${END}${hash.digest('hex')}`) return
      throw new Refused(`${path} is damaged: its contents don't have the hash they were written with`)
    }
    hash.update(`${line}\n`)
    if (first) headerOf(path, line)
    else yield line
    first = false
  }
  throw new Refused(`${path} is damaged: it has no end`)
}

function headerOf(path: string, line: string): BackupHeader {
  const header = line.startsWith(HEADER) ? (JSON.parse(line.slice(HEADER.length)) as BackupHeader) : null
  if (header?.format !== 1) throw new Refused(`${path} is no backup that this version can read`)
  return header
}

/** Not node:readline, for which U+2028 in the name of an article ends a line too. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = ''
  const file = createReadStream(path)
  const text = createGunzip().setEncoding('utf8')
  file.once('error', (error) => text.destroy(error)).pipe(text)
  try {
    for await (const chunk of text) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw new Refused(`${path} can't be read as a backup: ${error instanceof Error ? error.message : error}`)
  } finally {
    file.destroy()
  }
}
