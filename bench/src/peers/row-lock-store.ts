// A store's service as most teams would write it: the same HTTP stack, validation, keys and logging, and one
// transaction per request that locks the rows it changes.
import { createApp, createLog, createMetrics, httpEnv, listen, readEnv, runService } from '@shelfwire/http'
import { createPool, databaseAddress, mysqlEnv } from '@shelfwire/mysql'
import { z } from 'zod'
import { writeRoutes } from '../../../services/local-store/src/writes/write-routes.ts'
import { writeOnce } from './row-lock-write.ts'

await runService(async () => {
  const env = readEnv({
    ...httpEnv,
    ...mysqlEnv,
    /** Sessions, which the bench chooses for its load. */
    CONNECTIONS: z.coerce.number().int().min(1),
    /** Whether numbers come from one shared row, without a gap, or from AUTO_INCREMENT. */
    NUMBERING: z.enum(['head', 'auto_increment']),
  })
  const log = createLog('row-lock-store', env.LOG_LEVEL)
  const pool = createPool(databaseAddress(env), { connections: env.CONNECTIONS })
  const now = () => new Date()
  const tills = { write: writeOnce({ pool, numbering: env.NUMBERING, now }) }
  const app = createApp({
    info: { title: 'row-lock-store', version: '1', description: 'One transaction per request.' },
    routes: writeRoutes({ tills }),
    log,
    metrics: createMetrics('row-lock-store'),
    unreadyReasons: () => [],
  })
  const server = await listen(app, { host: env.HTTP_HOST, port: env.HTTP_PORT })
  return {
    async close() {
      await server.close()
      await pool.end()
    },
  }
})
