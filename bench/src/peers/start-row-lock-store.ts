import { join } from 'node:path'
import { createPool, migrate } from '@shelfwire/mysql'
import { LOCAL_STORE_NODE_ARGS, type Stack } from '@shelfwire/platform'
import { benchPort, rootAddress } from '../harness/bench-stack.ts'
import { type BenchProcess, startProcess } from '../harness/peer-process.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../conf/migrations/local-store')
const DATABASE = 'peer'

export interface RowLockPeerOptions {
  numbering: 'head' | 'auto_increment'
  connections: number
}

/** The peer of the store's service, on the same database server, in a database with the same tables. */
export async function startRowLockStore(
  stack: Stack,
  { numbering, connections }: RowLockPeerOptions,
): Promise<BenchProcess & { database: string }> {
  const address = rootAddress(stack, 'store-1', DATABASE)
  const root = createPool({ ...address, database: 'mysql' }, { connections: 1 })
  await root.query(`CREATE DATABASE ${DATABASE}`)
  await migrate({ ...address, directory: MIGRATIONS })
  await root.query(`INSERT INTO ${DATABASE}.head VALUES ('store-1', 1, 1, 0, '0000000000000000')`)
  if (numbering === 'auto_increment') {
    // No shared row: numbers with holes, which is what lets its transactions commit side by side.
    await root.query(
      `ALTER TABLE ${DATABASE}.journal DROP CONSTRAINT journal_seq_from_one, DROP PRIMARY KEY,
         MODIFY seq BIGINT AUTO_INCREMENT, ADD PRIMARY KEY (seq)`,
    )
  }
  await root.end()
  const peer = await startProcess({
    script: join(import.meta.dirname, 'row-lock-store.ts'),
    nodeArgs: LOCAL_STORE_NODE_ARGS,
    port: benchPort(0),
    env: {
      MYSQL_PORT: String(address.port),
      MYSQL_USER: address.user,
      MYSQL_PASSWORD: address.password,
      MYSQL_DATABASE: DATABASE,
      CONNECTIONS: String(connections),
      NUMBERING: numbering,
    },
  })
  return { ...peer, database: DATABASE }
}
