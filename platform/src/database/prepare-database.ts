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
  /** From where its users may come, as MySQL writes it; 127.0.0.1 by default. */
  clientHost?: string
  secrets: DatabaseSecrets
  /** The users of the registry and of central-query live on central's server. */
  registryPassword: string
  queryPassword: string
  log: (line: string) => void
}

const LOOPBACK = '127.0.0.1'
const ANYWHERE = '%'

const migrationsOf = { store: 'local-store', central: 'central' }

/**
 * Users, then migrations, then what the service may do with the tables. Safe to run again at every start. Processes of
 * an earlier version go on meanwhile: no right of theirs is taken away, see {@link revokeOldRights}.
 */
export async function prepareDatabase(server: DatabaseServer): Promise<void> {
  const { kind, host, port, secrets, log } = server
  await runAsRoot(server, `${kind}-users.sql`)
  await dropUsersFromAnywhere(server)
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

/** Takes away what only earlier versions used, once none of their processes is left. Safe to run again. */
export function revokeOldRights(server: DatabaseServer): Promise<void> {
  return runAsRoot(server, `${server.kind}-revokes.sql`)
}

/** Earlier versions let their users come from anywhere. Sessions that are open stay so. */
async function dropUsersFromAnywhere(server: DatabaseServer): Promise<void> {
  const { host, port, clientHost = LOOPBACK, secrets } = server
  if (clientHost === ANYWHERE) return
  await askServer({ host, port, user: 'root', password: secrets.root }, async (root) => {
    for (const user of ['migration', 'service', 'maintenance', 'cdc', 'registry']) {
      await root.query('DROP USER IF EXISTS ?@?', [user, ANYWHERE])
    }
  })
}

async function runAsRoot(server: DatabaseServer, file: string): Promise<void> {
  const { host, port, clientHost = LOOPBACK, secrets, registryPassword, queryPassword } = server
  const sql = fillTemplate(await readFile(join(confDir, 'mysql', file), 'utf8'), {
    CLIENT_HOST: clientHost,
    MIGRATION_PASSWORD: secrets.migration,
    SERVICE_PASSWORD: secrets.service,
    MAINTENANCE_PASSWORD: secrets.maintenance,
    CDC_PASSWORD: secrets.cdc,
    REGISTRY_PASSWORD: registryPassword,
    QUERY_PASSWORD: queryPassword,
  })
  await askServer({ host, port, user: 'root', password: secrets.root }, async (root) => {
    for (const statement of splitStatements(sql)) await root.query(statement)
  })
}
