import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseAddress, Pool } from '@shelfwire/mysql'
import { CENTRAL_UPDATE_NODE_ARGS, type Stack } from '@shelfwire/platform'
import { benchPort } from '../harness/bench-stack.ts'
import { type BenchProcess, startProcess } from '../harness/peer-process.ts'

const MAIN = join(import.meta.dirname, '../../../services/central-update/src/main.ts')
const LEVELS_ONLY = join(import.meta.dirname, 'levels-only.ts')

/** Tables that central-update writes; settings that people made are kept. */
const WRITTEN = [
  ...['cursors', 'gaps', 'stock', 'parked', 'halts', 'commands', 'command_heads'],
  ...['ledger', 'daily_sales', 'feed'].map((table) => `central_view.${table}`),
]

/** Empties central of its stores' data; stores stay registered under the names of their connectors. */
export async function emptyCentral(central: Pool, stores: number): Promise<void> {
  for (const table of WRITTEN) await central.query(`TRUNCATE TABLE ${table}`)
  await central.query('UPDATE feed_head SET next_number = 1')
  const rows = Array.from({ length: stores }, (_, index) => {
    const id = `store-${index + 1}`
    return [id, 0, id, 'Berlin', 52.5, 13.4, id, '2026-01-01', '2026-01-01']
  })
  await central.query(
    `INSERT IGNORE INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
     VALUES ?`,
    [rows],
  )
}

export interface UpdateOptions {
  database: DatabaseAddress
  topic: string
  /** Without the ledger, the daily sums and the feed: what is left is what the sink does, and the proofs. */
  levelsOnly: boolean
}

/** A new central-update in a group of its own, which reads the topic from its first record. */
export function startUpdate(
  stack: Stack,
  { database, topic, levelsOnly }: UpdateOptions,
): Promise<BenchProcess> {
  return startProcess({
    script: levelsOnly ? LEVELS_ONLY : MAIN,
    nodeArgs: CENTRAL_UPDATE_NODE_ARGS,
    port: benchPort(1),
    env: {
      MYSQL_PORT: String(database.port),
      MYSQL_USER: 'service',
      MYSQL_PASSWORD: stack.secrets.databases.central?.service ?? '',
      MYSQL_MAINTENANCE_PASSWORD: stack.secrets.databases.central?.maintenance ?? '',
      MYSQL_DATABASE: 'central',
      KAFKA_BROKERS: stack.urls.brokers,
      REGISTRY_URL: stack.urls.registry,
      KAFKA_GROUP: `bench-${randomUUID()}`,
      JOURNAL_TOPIC: topic,
    },
  })
}
