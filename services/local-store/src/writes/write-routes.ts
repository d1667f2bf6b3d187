import { idempotencyKeyField } from '@shelfwire/contracts'
import { invalid, type Route, route } from '@shelfwire/http'
import { z } from 'zod'
import { entryView } from '../journal/entry-view.ts'
import { parseWrite } from './parse-write.ts'
import type { TillWrites } from './till-writes.ts'
import type { WriteKind } from './write.ts'
import { type WriteBody, writeBodies } from './write-body.ts'
import { replyOf } from './write-reply.ts'

export interface WriteRoutesOptions {
  tills: Pick<TillWrites, 'write'>
}

export const recordedView = z
  .object({ storeId: z.string(), entries: z.array(entryView) })
  .meta({ id: 'Recorded', description: 'Committed: the entries made, with the levels after each.' })

const headers = z.object({ 'idempotency-key': idempotencyKeyField })

const routesOf: { kind: WriteKind; path: string; summary: string; description: string }[] = [
  {
    kind: 'receipt',
    path: '/v1/receipts',
    summary: 'Receive goods',
    description: 'Puts delivered units on the shelf; a new SKU appears with its first receipt.',
  },
  {
    kind: 'sale',
    path: '/v1/sales',
    summary: 'Sell',
    description: 'Takes units off the shelf: all lines or none.',
  },
  {
    kind: 'return',
    path: '/v1/returns',
    summary: 'Take back',
    description: 'Puts units that customers brought back on the shelf again.',
  },
  {
    kind: 'adjustment',
    path: '/v1/adjustments',
    summary: 'Adjust by a difference',
    description: 'Adds signed differences, with the reason for them.',
  },
  {
    kind: 'count',
    path: '/v1/counts',
    summary: 'Count',
    description:
      'Says how many units the observer saw. What happened after observedAt is kept: the difference between what ' +
      'was seen and what the books said of that moment is added to the level.',
  },
]

/** The five ways a till tells the store what happened. */
export function writeRoutes({ tills }: WriteRoutesOptions): Route[] {
  return routesOf.map(({ kind, ...about }) =>
    route({
      method: 'post',
      ...about,
      tag: 'writes',
      schemas: { headers, body: writeBodies[kind] as z.ZodType<WriteBody> },
      responses: { 201: recordedView },
      async handle({ body, headers, caller }) {
        const write = parseWrite(kind, body, { caller, requestId: headers['idempotency-key'] })
        return Array.isArray(write) ? invalid(write) : replyOf(await tills.write(write))
      },
    }),
  )
}
