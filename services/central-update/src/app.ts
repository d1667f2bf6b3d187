import { createApp, type Logger } from '@shelfwire/http'
import { databaseFault, type Pool } from '@shelfwire/mysql'
import { parkedRoutes } from './parked/parked-routes.ts'

export interface UpdateAppOptions {
  pool: Pool
  topic: string
  now: () => Date
  log: Logger
  metrics: Parameters<typeof createApp>[0]['metrics']
  unreadyReasons: () => Promise<string[]>
  /** Names under which people reach the service beside loopback and its address. */
  hosts?: readonly string[]
}

/** central-update's HTTP side: health, metrics, and the routes for bad records. */
export function createUpdateApp({ pool, topic, now, log, metrics, unreadyReasons, hosts }: UpdateAppOptions) {
  return createApp({
    info: {
      title: 'Shelfwire central-update',
      version: '0.1.0',
      description: 'Applies the journals of all stores to central.',
    },
    routes: parkedRoutes({ pool, topic, now }),
    log,
    metrics,
    unreadyReasons,
    faultOf: databaseFault,
    hosts,
  })
}
