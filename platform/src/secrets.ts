import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Folders } from './layout.ts'

/** The users of one database server and their passwords. */
export type DatabaseSecrets = {
  root: string
  migration: string
  service: string
  /** Makes and drops partitions. */
  maintenance: string
  /** Debezium's. */
  cdc: string
}

/** Every secret of one installation. */
export type Secrets = {
  /** What `npm stop` and its like must show to the running stack. */
  control: string
  /** The registry's user on central's server. */
  registry: string
  /** central-query's user on central's server. */
  query: string
  /** By the database's owner: `central`, `store-1`, ... */
  databases: Record<string, DatabaseSecrets>
}

const newPassword = () => randomBytes(18).toString('base64url')

/** Users that came with a later version get a password too. */
function completeUsers(known: Partial<DatabaseSecrets> = {}): DatabaseSecrets {
  const { root = newPassword(), migration = newPassword(), service = newPassword() } = known
  const { maintenance = newPassword(), cdc = newPassword() } = known
  return { root, migration, service, maintenance, cdc }
}

/** Secrets for these owners: what there is already is kept, what is missing is made. */
export function completeSecrets(known: Partial<Secrets>, owners: string[]): Secrets {
  const databases = { ...known.databases }
  for (const owner of owners) databases[owner] = completeUsers(databases[owner])
  const { control = newPassword(), registry = newPassword(), query = newPassword() } = known
  return { control, registry, query, databases }
}

/** Reads the installation's secrets, adds what these owners lack, and writes the files only its user may read. */
export async function ensureSecrets(folders: Folders, owners: string[]): Promise<Secrets> {
  const secrets = completeSecrets(await readSecrets(folders), owners)
  await writePrivateFile(folders.secrets, `${JSON.stringify(secrets, null, 2)}\n`)
  // Connect reads each password from a file of its own, so that none stands in a connector's settings.
  for (const [owner, { cdc }] of Object.entries(secrets.databases)) {
    await writePrivateFile(join(folders.connectSecrets, `${owner}-cdc`), cdc)
  }
  return secrets
}

/** What the installation has by way of secrets; nothing before its first start. */
export async function readSecrets(folders: Folders): Promise<Partial<Secrets>> {
  const text = await readFile(folders.secrets, 'utf8').catch(() => '{}')
  return JSON.parse(text) as Partial<Secrets>
}

/** Writes a file that only this user may read, whole or not at all. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
