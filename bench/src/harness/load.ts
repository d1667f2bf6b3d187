import { Pool } from 'undici'

/** One request of a load. */
export interface Call {
  method: 'GET' | 'POST'
  path: string
  /** An `Idempotency-Key`. */
  key?: string
  body?: string
  /** Called with the answer, and its time on the clock of `performance.now()`. */
  answered?: (status: number, body: string, atMs: number) => void
}

export interface LoadOptions {
  url: string
  /** Concurrent requests, each on a connection of its own. */
  connections: number
  /** The next request, in the order they are to be sent; undefined ends the load. */
  next: () => Call | undefined
  /** Starts requests at this rate, independent of earlier answers; without it, as fast as answers arrive. */
  perSecond?: number
  /** Passes bodies to `answered`; without it they are read and dropped. */
  keepBodies?: boolean
}

export interface LoadResult {
  startedMs: number
  seconds: number
  /** Answers by status. */
  statuses: Map<number, number>
  /** Milliseconds from the intended start of each request to the end of its answer, ascending. */
  latencies: Float64Array
  bytes: number
}

/**
 * Sends a load and waits for the last answer. At a fixed rate, latency counts from the moment a request was due, not from
 * when a connection was free, which avoids coordinated omission (Tene, "How NOT to Measure Latency"). Throws when a
 * connection fails: a bench's server has no reason to drop one.
 */
export async function drive(options: LoadOptions): Promise<LoadResult> {
  const pool = new Pool(options.url, { connections: options.connections, pipelining: 1 })
  try {
    return await driveThrough(pool, options)
  } finally {
    await pool.close()
  }
}

async function driveThrough(pool: Pool, options: LoadOptions): Promise<LoadResult> {
  const { connections, next, perSecond, keepBodies = false } = options
  const latencies: number[] = []
  const statuses = new Map<number, number>()
  let bytes = 0
  const startedMs = performance.now()

  const send = (call: Call, dueMs: number) =>
    new Promise<void>((resolve, reject) => {
      let status = 0
      const chunks: Buffer[] = []
      pool.dispatch(
        { method: call.method, path: call.path, headers: headersOf(call), body: call.body ?? null },
        {
          onRequestStart() {},
          onResponseStart(_controller, code) {
            status = code
          },
          onResponseData(_controller, chunk) {
            bytes += chunk.length
            if (keepBodies) chunks.push(chunk)
          },
          onResponseEnd() {
            const nowMs = performance.now()
            latencies.push(nowMs - dueMs)
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
            call.answered?.(status, keepBodies ? Buffer.concat(chunks).toString() : '', nowMs)
            resolve()
          },
          onResponseError: (_controller, error) => reject(error),
        },
      )
    })

  if (perSecond === undefined)
    await Promise.all(Array.from({ length: connections }, () => sendInTurn(next, send)))
  else await sendByClock(next, send, { perSecond, startedMs })
  const seconds = (performance.now() - startedMs) / 1_000
  return { startedMs, seconds, statuses, latencies: Float64Array.from(latencies).sort(), bytes }
}

type Send = (call: Call, dueMs: number) => Promise<void>

async function sendInTurn(next: LoadOptions['next'], send: Send): Promise<void> {
  for (let call = next(); call !== undefined; call = next()) await send(call, performance.now())
}

async function sendByClock(
  next: LoadOptions['next'],
  send: Send,
  { perSecond, startedMs }: { perSecond: number; startedMs: number },
): Promise<void> {
  const everyMs = 1_000 / perSecond
  const underWay: Promise<void>[] = []
  await new Promise<void>((resolve, reject) => {
    let count = 0
    const timer = setInterval(() => {
      for (let dueMs = startedMs + count * everyMs; dueMs <= performance.now(); dueMs += everyMs) {
        const call = next()
        if (call === undefined) {
          clearInterval(timer)
          return resolve()
        }
        count += 1
        const sent = send(call, dueMs)
        sent.catch((error) => {
          clearInterval(timer)
          reject(error)
        })
        underWay.push(sent)
      }
    }, 1)
  })
  await Promise.all(underWay)
}

function headersOf({ key, body }: Call): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  }
}

/** The latency at the quantile `share` of the ascending latencies, in milliseconds. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
