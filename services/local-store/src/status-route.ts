import { formatChecksum, isoOfUs } from '@shelfwire/contracts'
import { type Route, route } from '@shelfwire/http'
import type { Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import { cutOffFrom, type Reach } from './cut-off.ts'
import { readHead } from './journal/head-sql.ts'

const statusView = z
  .object({
    storeId: z.string(),
    epoch: z.int(),
    lastSeq: z.int(),
    commandsDone: z.int(),
    checksum: z.string(),
    lastPing: z.iso.datetime().nullable().meta({ description: "The reading of central's clock heard last." }),
    cutOffFrom: z.array(z.string()).meta({ description: 'What the store has to do without; it sells on.' }),
  })
  .meta({ id: 'StoreStatus', description: 'Where the store stands, and what it is cut off from.' })

export interface StatusOptions extends Reach {
  pool: Pool
  storeId: string
}

/** `GET /v1/status`: for people, and never asked before selling. */
export function statusRoute({ pool, storeId, ...reach }: StatusOptions): Route {
  return route({
    method: 'get',
    path: '/v1/status',
    summary: 'Where the store stands',
    tag: 'status',
    responses: { 200: statusView },
    async handle() {
      const { epoch, nextSeq, commandsDone, checksum } = await readHead(pool, storeId)
      const { ping } = reach.heard
      const lastPing = ping === 0 ? null : isoOfUs(ping)
      const stands = {
        storeId,
        epoch,
        lastSeq: nextSeq - 1,
        commandsDone,
        checksum: formatChecksum(checksum),
      }
      return { status: 200, body: { ...stands, lastPing, cutOffFrom: cutOffFrom(reach) } }
    },
  })
}
