import type { DatabaseAddress } from '@shelfwire/mysql'
import { type DatabaseServer, prepareDatabase } from '@shelfwire/platform'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { inject } from 'vitest'
import type { MysqlServer } from './mysql-server.ts'

/** The schemas that belong to a service's database; the first is the one it connects to. */
const SCHEMAS = { 'local-store': ['store'], central: ['central', 'central_view'] } as const

/** An empty, migrated database with the users and rights that an installation has. */
export interface FreshDatabase {
  /** As the service sees it: with its rights and no more. */
  service: DatabaseAddress
  /** As the user who makes and drops partitions. */
  maintenance: DatabaseAddress
  /** As central-query sees it; on central's server only. */
  query: DatabaseAddress
  /** As root, to look behind it and to play the villain. */
  root: DatabaseAddress
  /** As Debezium sees it. */
  cdc: DatabaseAddress
  /** As those who set it up see it. */
  server: DatabaseServer
}

/**
 * Wipes and migrates the database of `owner` on a server that no other test file uses meanwhile. The data stay until
 * the next file needs the server, to be looked at after a failure.
 */
export async function freshDatabase(owner: keyof typeof SCHEMAS): Promise<FreshDatabase> {
  const { server, session } = await claimedServer()
  const { host, port, secrets } = server
  const [database] = SCHEMAS[owner]
  // One server serves tests of either owner; it is set as that owner's would be.
  await session.query('SET GLOBAL local_infile = ?', [owner === 'central' ? 1 : 0])
  for (const schema of SCHEMAS[owner]) await session.query(`DROP DATABASE IF EXISTS ${schema}`)
  const prepared: DatabaseServer = {
    ...{ kind: database, host, port, secrets, log: () => {} },
    ...{ registryPassword: secrets.migration, queryPassword: secrets.service },
  }
  await prepareDatabase(prepared)
  return {
    server: prepared,
    service: { host, port, user: 'service', password: secrets.service, database },
    query: { host, port, user: 'query', password: secrets.service, database },
    maintenance: { host, port, user: 'maintenance', password: secrets.maintenance, database },
    root: { host, port, user: 'root', password: secrets.root, database },
    cdc: { host, port, user: 'cdc', password: secrets.cdc, database },
  }
}

interface Claim {
  server: MysqlServer
  /** Holds the claim for as long as it is open. */
  session: Connection
}

const CLAIM = Symbol.for('shelfwire.test-server')

/** A worker keeps its server for all it runs: one test file at a time. */
function claimedServer(): Promise<Claim> {
  const worker = globalThis as { [CLAIM]?: Promise<Claim> }
  worker[CLAIM] ??= claimServer()
  return worker[CLAIM]
}

/** The claim is a lock of the server's own, so that a worker which crashes gives it back. */
async function claimServer(): Promise<Claim> {
  const servers = inject('mysqlServers')
  if (servers === undefined) throw new Error('no MySQL server for this test; run it by: npm test')
  for (;;) {
    for (const server of servers) {
      const { host, port, secrets } = server
      const session = await createConnection({ host, port, user: 'root', password: secrets.root })
      const [[row]] = await session.query<RowDataPacket[]>("SELECT GET_LOCK('shelfwire.test-file', 1) AS got")
      if (row?.got === 1) return { server, session }
      await session.end()
    }
  }
}
