import { Fault } from '@shelfwire/contracts'
import { createApp, type Logger, type Registry, type Route } from '@shelfwire/http'
import { databaseFault, readOnlySettings } from '@shelfwire/mysql'
import { readHead } from './journal/head-sql.ts'
import { journalRoute } from './journal/journal-routes.ts'
import type { StoreLane } from './lane/store-lane.ts'
import { type StatusOptions, statusRoute } from './status-route.ts'
import { stockRoutes } from './stock/stock-routes.ts'

/** How long the database may take to say that it is there. */
const READY_WITHIN_MS = 2_000

export interface StoreAppOptions extends StatusOptions {
  lane: Pick<StoreLane, 'trouble'>
  /** Of the store's capabilities. */
  routes: readonly Route[]
  metrics: Registry
  log: Logger
  /** Names under which tills reach the store beside loopback and its address. */
  hosts?: readonly string[]
}

/** The store's service as HTTP. */
export function createStoreApp(options: StoreAppOptions) {
  const { pool, storeId, routes, log, metrics, hosts } = options
  return createApp({
    info: {
      title: `Shelfwire store ${storeId}`,
      version: '1',
      description:
        'What the store has. It takes sales, returns, receipts, adjustments and counts, also while cut off.',
    },
    routes: [...routes, ...stockRoutes(pool), journalRoute(pool), statusRoute(options)],
    log,
    metrics,
    hosts,
    faultOf: databaseFault,
    unreadyReasons: () => unreadyReasons(options),
  })
}

/** Only the store's own database counts: cut off from everything else, it is ready and sells (I13). */
async function unreadyReasons({ pool, lane, storeId }: StoreAppOptions): Promise<string[]> {
  const reasons = lane.trouble === null ? [] : [`the store can't write: ${lane.trouble}`]
  try {
    const [readOnly] = await Promise.all([
      readOnlySettings(pool, READY_WITHIN_MS),
      readHead(pool, storeId, READY_WITHIN_MS),
    ])
    return [...readOnly.map((setting) => `the store's database is read-only: ${setting} is ON`), ...reasons]
  } catch (error) {
    return [error instanceof Fault ? error.message : "the store's database does not answer", ...reasons]
  }
}
