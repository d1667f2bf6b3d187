import { join } from 'node:path'
import { createPool, type DatabaseAddress, migrate, type Pool } from '@shelfwire/mysql'
import { LOCAL_STORE_NODE_ARGS, type Stack } from '@shelfwire/platform'
import { claimHead } from '../../../services/local-store/src/journal/head-sql.ts'
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
  await makeRowLockDatabase(address, numbering)
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

/** Makes the database at `address`, which must not exist yet, with the tables of a store's service. */
export async function makeRowLockDatabase(
  address: DatabaseAddress,
  numbering: RowLockPeerOptions['numbering'],
): Promise<void> {
  await withPool({ ...address, database: 'mysql' }, (root) =>
    root.query(`CREATE DATABASE ${address.database}`),
  )
  await migrate({ ...address, directory: MIGRATIONS })
  await withPool(address, async (pool) => {
    await claimHead(pool, 'store-1')
    if (numbering === 'head') return
    // No shared row: numbers with gaps, which is what lets its transactions commit side by side.
    await pool.query(
      `ALTER TABLE journal DROP CONSTRAINT journal_seq_from_one, DROP PRIMARY KEY,
         MODIFY seq BIGINT AUTO_INCREMENT, ADD PRIMARY KEY (seq, epoch)`,
    )
  })
}

async function withPool(address: DatabaseAddress, work: (pool: Pool) => Promise<unknown>): Promise<void> {
  const pool = createPool(address, { connections: 1 })
  try {
    await work(pool)
  } finally {
    await pool.end()
  }
}
