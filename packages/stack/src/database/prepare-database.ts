import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate, splitStatements } from '@shelfwire/mysql'
import { confDir } from '../layout.ts'
import type { DatabaseSecrets } from '../secrets.ts'
import { fillTemplate } from '../template.ts'
import { askServer } from './ask-server.ts'

/** Whose database it is: one of the stores', or central's. */
export type DatabaseKind = 'store' | 'central'

export type DatabaseServer = {
  kind: DatabaseKind
  host: string
  port: number
  secrets: DatabaseSecrets
  /** The registry's user lives on central's server. */
  registryPassword: string
  log: (line: string) => void
}

const migrationsOf = { store: 'local-store', central: 'central' }

/** Users, then migrations, then what the service may do with the tables. Safe to run again at every start. */
export async function prepareDatabase(server: DatabaseServer): Promise<void> {
  const { kind, host, port, secrets, log } = server
  await runAsRoot(server, `${kind}-users.sql`)
  const directory = join(confDir, 'migrations', migrationsOf[kind])
  await migrate({
    host,
    port,
    user: 'migration',
    password: secrets.migration,
    database: kind,
    directory,
    log,
  })
  await runAsRoot(server, `${kind}-grants.sql`)
}

async function runAsRoot(server: DatabaseServer, file: string): Promise<void> {
  const { host, port, secrets, registryPassword } = server
  const sql = fillTemplate(await readFile(join(confDir, 'mysql', file), 'utf8'), {
    MIGRATION_PASSWORD: secrets.migration,
    SERVICE_PASSWORD: secrets.service,
    MAINTENANCE_PASSWORD: secrets.maintenance,
    CDC_PASSWORD: secrets.cdc,
    REGISTRY_PASSWORD: registryPassword,
  })
  await askServer({ host, port, user: 'root', password: secrets.root }, async (root) => {
    for (const statement of splitStatements(sql)) await root.query(statement)
  })
}
