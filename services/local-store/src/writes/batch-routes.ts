import { MAX_BATCH_LINES, MAX_BATCH_REQUESTS } from '@shelfwire/contracts'
import {
  fieldProblems,
  invalid,
  problem,
  type Reply,
  type Route,
  replyTo,
  route,
  strict,
} from '@shelfwire/http'
import { z } from 'zod'
import { readWrite } from './read-write.ts'
import { batchRequest } from './write-body.ts'
import { recordedView, type WriteRoutesOptions } from './write-routes.ts'

const legalRequests = `must be a list of 1 to ${MAX_BATCH_REQUESTS} requests`
const requestSchema = z.toJSONSchema(batchRequest, { io: 'input' }) as Record<string, unknown>

const batchBody = strict({
  // Each request is validated by itself, so that one slip doesn't cost a till its whole day.
  requests: z
    .array(z.unknown(), legalRequests)
    .min(1, legalRequests)
    .meta({ override: { type: 'array', maxItems: MAX_BATCH_REQUESTS, items: requestSchema } }),
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

/** `POST /v1/batches`: what a till wrote down while it was cut off. */
export function batchRoute({ lane, now }: WriteRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/v1/batches',
    summary: 'Upload many requests',
    description:
      `Up to ${MAX_BATCH_REQUESTS} requests with at most ${MAX_BATCH_LINES} lines in all, done in their order. Each ` +
      'has its own kind and key and is answered by itself; one that is refused leaves the others alone.',
    tag: 'writes',
    schemas: { body: batchBody },
    responses: { 200: batchView },
    async handle({ body: { requests }, caller }) {
      const tooLarge = tooLargeBatch(requests)
      if (tooLarge !== undefined) return tooLarge
      const replies = requests.map((request) => answerRequest(request))
      const answers = (await Promise.all(replies)).map(({ status, body }, index) => {
        return { idempotencyKey: keyIn(requests[index]), status, body }
      })
      return { status: 200, body: { answers } }

      async function answerRequest(request: unknown): Promise<Reply> {
        const parsed = batchRequest.safeParse(request)
        if (!parsed.success) return invalid(fieldProblems(parsed.error, 'body'))
        const { kind, idempotencyKey, ...said } = parsed.data
        const write = readWrite(kind, said, { caller, requestId: idempotencyKey, now: now() })
        if (Array.isArray(write)) return invalid(write)
        // Handed over before anyone waits: the lane takes them in the order of the list.
        return lane.write(write).catch(replyTo)
      }
    },
  })
}

function tooLargeBatch(requests: readonly unknown[]): Reply | undefined {
  const lines = requests.reduce<number>((sum, request) => sum + linesIn(request), 0)
  if (requests.length <= MAX_BATCH_REQUESTS && lines <= MAX_BATCH_LINES) return undefined
  const detail =
    `requests: ${requests.length} with ${lines} lines in all; ` +
    `must be at most ${MAX_BATCH_REQUESTS} with ${MAX_BATCH_LINES} lines`
  return problem({
    status: 413,
    code: 'batch_too_large',
    detail,
    errors: [{ field: 'requests', message: detail }],
  })
}

function linesIn(request: unknown): number {
  const lines = (request as { lines?: unknown } | null)?.lines
  return Array.isArray(lines) ? lines.length : 0
}

function keyIn(request: unknown): string | null {
  const key = (request as { idempotencyKey?: unknown } | null)?.idempotencyKey
  return typeof key === 'string' ? key : null
}
