import { randomUUID } from 'node:crypto'

/** One answer over HTTP; its body as the test reads it. */
export interface Reply<Body> {
  status: number
  body: Body
}

/** Asks once, with an idempotency key of its own. */
export async function ask<Body>(method: string, url: string, body?: unknown): Promise<Reply<Body>> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body }
}
