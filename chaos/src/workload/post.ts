import { type Attempt, PATHS, type Request, type Result } from './request.ts'

/** Longer than the store's own limit, after which it answers that the outcome is unknown. */
const ANSWER_WITHIN_MS = 15_000

/** Sends one request, or several as one upload, once; never throws: no answer is an answer too. */
export async function post(url: string, requests: readonly Request[]): Promise<Attempt[]> {
  const [single] = requests
  if (single === undefined) return []
  const sentAt = Date.now()
  const replies = requests.length === 1 ? [await postSingle(url, single)] : await postBatch(url, requests)
  const answeredAt = Date.now()
  return requests.map((request, index): Attempt => {
    const { status, body } = replies[index] ?? NOTHING
    return { request, sentAt, answeredAt, result: resultOf(status), status, answer: body }
  })
}

interface Reply {
  status: number | null
  body: unknown
}

const NOTHING: Reply = { status: null, body: null }

/** A full lane or a database that is away promises nothing, so both count as unknown. */
export function resultOf(status: number | null): Result {
  if (status === null || status === 429 || status >= 500) return 'unknown'
  return status < 300 ? 'ok' : 'refused'
}

function postSingle(url: string, { kind, key, body }: Request): Promise<Reply> {
  return ask(`${url}${PATHS[kind]}`, body, { 'idempotency-key': key })
}

async function postBatch(url: string, requests: readonly Request[]): Promise<Reply[]> {
  const body = { requests: requests.map(({ kind, key, body }) => ({ kind, idempotencyKey: key, ...body })) }
  const reply = await ask(`${url}/v1/batches`, body, {})
  if (reply.status !== 200) return requests.map(() => reply)
  return (reply.body as { answers: Reply[] }).answers
}

async function ask(url: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    return { status: response.status, body: await response.json() }
  } catch {
    return NOTHING
  }
}
