import { MAX_BATCH_COUNTS_OF_SKU, MAX_BATCH_LINES, MAX_BATCH_REQUESTS } from '@shelfwire/contracts'
import {
  fieldProblems,
  inlineSchema,
  invalid,
  type Logger,
  logFailure,
  type ProblemBody,
  problem,
  type Reply,
  type Route,
  replyTo,
  route,
  strict,
} from '@shelfwire/http'
import { z } from 'zod'
import { parseWrite } from './parse-write.ts'
import type { TillWrites } from './till-writes.ts'
import type { Write, WriteOutcome } from './write.ts'
import { batchRequest } from './write-body.ts'
import { replyOf } from './write-reply.ts'
import { recordedView } from './write-routes.ts'

const legalRequests = `must be a list of 1 to ${MAX_BATCH_REQUESTS} requests`
const requestSchema = inlineSchema(batchRequest)

const batchBody = strict({
  // Each request is validated by itself, so that one slip doesn't cost a till its whole day.
  requests: z
    .array(z.unknown(), legalRequests)
    .min(1, legalRequests)
    .meta({ override: { type: 'array', minItems: 1, maxItems: MAX_BATCH_REQUESTS, items: requestSchema } }),
})

const batchView = z
  .object({
    answers: z.array(
      z.object({
        idempotencyKey: z.string().nullable(),
        status: z.int().meta({ description: 'What the request alone would have been answered.' }),
        body: z.union([recordedView, z.looseObject({ code: z.string() })]),
      }),
    ),
  })
  .meta({ id: 'BatchAnswers', description: 'One answer for each request, in their order.' })

export interface BatchRouteOptions {
  tills: Pick<TillWrites, 'writeInOrder'>
  log: Logger
  /** Told of requests that failed, by their code; one that was refused has not failed. */
  onFailed: (code: string, requests: number) => void
}

/** `POST /v1/batches`: what a till wrote down while it was cut off. */
export function batchRoute({ tills, log, onFailed }: BatchRouteOptions): Route {
  return route({
    method: 'post',
    path: '/v1/batches',
    summary: 'Upload many requests',
    description:
      `Up to ${MAX_BATCH_REQUESTS} requests with at most ${MAX_BATCH_LINES} lines in all, done in their order; at most ` +
      `${MAX_BATCH_COUNTS_OF_SKU} of them count the same SKU. Each has its own kind and key and is answered by itself; ` +
      'one that is refused leaves the others alone. When one is answered 429 or 503, all behind it are too and are not ' +
      'done: send them again with the same keys, in the same order.',
    tag: 'writes',
    schemas: { body: batchBody },
    responses: { 200: batchView },
    async handle({ body: { requests }, caller }) {
      const parsed = requests.map((request) => parseRequest(request, caller))
      const writes = parsed.filter((each) => 'lines' in each)
      const tooLarge = tooLargeBatch(requests) ?? tooManyCounts(writes)
      if (tooLarge !== undefined) return tooLarge
      const results = await tills.writeInOrder(writes)
      reportFailed(results)
      const answers = parsed.map((each, index) => {
        const { status, body } = 'lines' in each ? replyOfResult(results.shift()) : each
        return { idempotencyKey: keyIn(requests[index]), status, body }
      })
      return { status: 200, body: { answers } }
    },
  })

  /** One line for each code: what ails one request mostly ails all behind it. */
  function reportFailed(results: readonly PromiseSettledResult<WriteOutcome>[]): void {
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    for (const [code, failed] of Map.groupBy(reasons, (reason) => codeOf(replyTo(reason)))) {
      onFailed(code, failed.length)
      logFailure(log, failed[0], { method: 'POST', path: '/v1/batches', requests: failed.length })
    }
  }
}

function codeOf({ body }: Reply): string {
  return (body as ProblemBody).code
}

function parseRequest(request: unknown, caller: string): Write | Reply {
  const parsed = batchRequest.safeParse(request)
  if (!parsed.success) return invalid(fieldProblems(parsed.error, 'body'))
  const { kind, idempotencyKey, ...body } = parsed.data
  const write = parseWrite(kind, body, { caller, requestId: idempotencyKey })
  return Array.isArray(write) ? invalid(write) : write
}

function replyOfResult(result: PromiseSettledResult<WriteOutcome> | undefined): Reply {
  return result?.status === 'fulfilled' ? replyOf(result.value) : replyTo(result?.reason)
}

function tooLargeBatch(requests: readonly unknown[]): Reply | undefined {
  const lines = requests.reduce<number>((sum, request) => sum + linesIn(request), 0)
  if (requests.length <= MAX_BATCH_REQUESTS && lines <= MAX_BATCH_LINES) return undefined
  return refuseBatch(
    `requests: ${requests.length} with ${lines} lines in all; ` +
      `must be at most ${MAX_BATCH_REQUESTS} with ${MAX_BATCH_LINES} lines`,
  )
}

/** Each count of a SKU reads what was recorded of it since, for up to 31 days. */
function tooManyCounts(writes: readonly Write[]): Reply | undefined {
  const counts = writes.filter(({ kind }) => kind === 'count')
  const bySku = Map.groupBy(
    counts.flatMap(({ lines }) => lines),
    ({ sku }) => sku,
  )
  const most = [...bySku].find(([, lines]) => lines.length > MAX_BATCH_COUNTS_OF_SKU)
  if (most === undefined) return undefined
  return refuseBatch(
    `requests: ${most[0]} is counted ${most[1].length} times; ` +
      `must be at most ${MAX_BATCH_COUNTS_OF_SKU}, the others in further batches`,
  )
}

function refuseBatch(detail: string): Reply {
  const errors = [{ field: 'requests', message: detail }]
  return problem({ status: 413, code: 'batch_too_large', detail, errors })
}

function linesIn(request: unknown): number {
  const lines = (request as { lines?: unknown } | null)?.lines
  return Array.isArray(lines) ? lines.length : 0
}

function keyIn(request: unknown): string | null {
  const key = (request as { idempotencyKey?: unknown } | null)?.idempotencyKey
  return typeof key === 'string' ? key : null
}
