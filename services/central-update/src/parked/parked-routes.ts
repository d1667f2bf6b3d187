import { storeIdField, usOfDate } from '@shelfwire/contracts'
import {
  pageOf,
  pageSchema,
  problem,
  queryBoolean,
  queryCursor,
  queryLimit,
  type Route,
  route,
  strict,
} from '@shelfwire/http'
import { inTransaction, type Pool } from '@shelfwire/mysql'
import { z } from 'zod'
import { deleteHalt } from './halts-sql.ts'
import { selectParked, selectParkedPage, VALUE_HEAD_BYTES } from './parked-sql.ts'
import { resolveDivergence, resolveParked } from './resolve.ts'

const parkedRow = z
  .object({
    partition: z.int(),
    offset: z.int(),
    storeId: z.string().nullable(),
    reason: z.string(),
    keyBase64: z.string().nullable(),
    valueBase64: z
      .string()
      .nullable()
      .meta({
        description: `In a list the first ${VALUE_HEAD_BYTES} bytes; all of it where one record is asked for.`,
      }),
    valueBytes: z.int().nullable().meta({ description: 'How long the whole value is.' }),
    parkedAt: z.string(),
    resolvedAt: z.string().nullable(),
    resolvedBy: z.string().nullable(),
  })
  .meta({ id: 'ParkedRecord' })
const done = z.object({ status: z.literal('ok') })
const partitionPath = z
  .string()
  .regex(/^\d{1,5}$/, 'must be the number of a partition')
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 0, maximum: 99_999 }, example: 0 })
const offsetPath = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the offset of a record')
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 }, example: 0 })

interface Deps {
  pool: Pool
  topic: string
  now: () => Date
}

/** For an operator, when records were bad: list them, resolve them, resume a halted partition. */
export function parkedRoutes({ pool, topic, now }: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/parked',
      summary: 'Records that could not be applied',
      tag: 'parked',
      schemas: {
        query: strict({
          store: storeIdField.optional(),
          resolved: queryBoolean.optional(),
          limit: queryLimit,
          cursor: queryCursor(z.tuple([z.int(), z.int()])).optional(),
        }),
      },
      responses: { 200: pageSchema(parkedRow) },
      async handle({ query: { store, resolved, limit, cursor } }) {
        const wish = { topic, store, resolved, after: cursor, limit: limit + 1 }
        const page = pageOf(await selectParkedPage(pool, wish), limit, (row) => [row.partition, row.offset])
        return { status: 200, body: page }
      },
    }),
    route({
      method: 'get',
      path: '/v1/parked/:partition/:offset',
      summary: 'One record that could not be applied, with its whole value',
      tag: 'parked',
      schemas: { path: strict({ partition: partitionPath, offset: offsetPath }) },
      responses: { 200: parkedRow },
      async handle({ path: { partition, offset } }) {
        const row = await selectParked(pool, { topic, partition, offset })
        return row === undefined ? notParked(partition, offset) : { status: 200, body: row }
      },
    }),
    route({
      method: 'post',
      path: '/v1/parked/:partition/:offset/resolve',
      summary: 'Mark this record as resolved',
      description: 'Its store is no longer suspect because of it. Repeating it changes nothing.',
      tag: 'parked',
      schemas: { path: strict({ partition: partitionPath, offset: offsetPath }) },
      responses: { 200: done },
      async handle({ path: { partition, offset }, caller }) {
        const place = { topic, partition, offset }
        const found = await resolveParked(pool, { place, by: caller, nowUs: usOfDate(now()) })
        return found ? ok : notParked(partition, offset)
      },
    }),
    route({
      method: 'post',
      path: '/v1/partitions/:partition/resume',
      summary: 'Let a halted partition go on',
      description: 'It goes on behind the last record that was parked, within about a second.',
      tag: 'parked',
      schemas: { path: strict({ partition: partitionPath }) },
      responses: { 200: done },
      async handle({ path: { partition } }) {
        const found = await inTransaction(pool, (trx) => deleteHalt(trx, { topic, partition }))
        return found ? ok : missing('not_halted', `partition ${partition} is not halted`)
      },
    }),
    route({
      method: 'post',
      path: '/v1/stores/:storeId/divergence/resolve',
      summary: 'The ledger of this store has been compared and can be trusted',
      tag: 'parked',
      schemas: { path: strict({ storeId: storeIdField }) },
      responses: { 200: done },
      async handle({ path: { storeId } }) {
        const found = await resolveDivergence(pool, storeId, usOfDate(now()))
        return found ? ok : missing('not_diverged', `${storeId} has no divergence`)
      },
    }),
  ]
}

const ok = { status: 200, body: { status: 'ok' } }

function notParked(partition: number, offset: number) {
  return missing('not_parked', `no record of partition ${partition}, offset ${offset} is parked`)
}

function missing(code: string, detail: string) {
  return problem({ status: 404, code, detail })
}
