import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'

/** A store's final answer to a request. */
export interface Answer {
  status: number
  body: unknown
}

/** How a till of one store sends what it has to say. */
export interface Till {
  readonly storeId: string
  /** Posts with the same key again and again until the store has answered for good. */
  post(path: string, key: string, body: unknown): Promise<Answer>
  get(path: string): Promise<Answer>
}

const ANSWER_WITHIN_MS = 10_000
const LONGEST_PAUSE_MS = 1_000

/** A till of a store. After `patienceMs` without a final answer it throws the Fault `store_silent`. */
export function createTill(
  { storeId, url }: { storeId: string; url: string },
  { patienceMs }: { patienceMs: number },
): Till {
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const firstSentAt = Date.now()
    for (let attempt = 1; ; attempt += 1) {
      const response = await ask(`${url}${path}`, init)
      if (response !== null && !isTemporary(response.status)) {
        return { status: response.status, body: response.body }
      }
      if (Date.now() - firstSentAt > patienceMs) {
        const last = response === null ? 'nothing' : String(response.status)
        const message = `${storeId} gave ${path} no final answer in ${patienceMs / 1_000} s; the last was ${last}`
        throw new Fault('store_silent', message, { canRetry: true })
      }
      await pause(pauseBeforeRetryMs(attempt, response?.retryAfter ?? null))
    }
  }
  return {
    storeId,
    post: (path, key, body) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    get: (path) => send(path, {}),
  }
}

/** Whether the same request may be answered otherwise later: the queue is full, or something behind it is down. */
export function isTemporary(status: number): boolean {
  return status === 429 || status >= 500
}

/** What `Retry-After` asks for, else 20 ms doubling up to a second; with jitter, for all tills retry at once. */
export function pauseBeforeRetryMs(attempt: number, retryAfter: string | null, random = Math.random): number {
  const asked = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null
  const base = asked ?? Math.min(10 * 2 ** attempt, LONGEST_PAUSE_MS)
  return base * (1 + random() / 2)
}

interface Response {
  status: number
  body: unknown
  retryAfter: string | null
}

/** Null when there was no answer: the connection was refused or lost, or the time was up. */
async function ask(url: string, init: RequestInit): Promise<Response | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    const body: unknown = await response.json()
    return { status: response.status, body, retryAfter: response.headers.get('retry-after') }
  } catch {
    return null
  }
}
