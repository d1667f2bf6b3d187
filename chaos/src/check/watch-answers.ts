import { setTimeout as pause } from 'node:timers/promises'
import { readFreshness } from '@shelfwire/verify'

const ASK_EVERY_MS = 100
const LOOK_WHY_EVERY_MS = 500
const ANSWER_WITHIN_MS = 3_000
/** Hot SKUs, which change all the time, are in every question; the others take turns. */
const HOT = 10
const OTHERS = 15

/** One row of an answer of central-query, as a portal got it. Times in ms since 1970. */
export interface Sample {
  askedAt: number
  answeredAt: number
  storeId: string
  sku: string
  onHand: number
  held: number
  pending: number
  margin: number
  available: number
  state: string
  slaMs: number
  asOf: number | null
  ageMs: number | null
}

export interface Watched {
  samples: Sample[]
  /** The longest time without a fresh answer about a store, by store, in ms. */
  longestStaleMs: Map<string, number>
  /** Stores that were not fresh without a reason in the answer. */
  unexplained: string[]
}

interface Row extends Omit<Sample, 'askedAt' | 'answeredAt' | 'sku' | 'state' | 'slaMs' | 'asOf' | 'ageMs'> {
  freshness: { state: string; slaMs: number; asOf: string | null; ageMs: number | null }
}

/** Polls central-query as a portal does until `end`, which returns what it saw. */
export function watchAnswers(options: { url: string; skus: readonly string[]; storeIds: readonly string[] }) {
  const watched: Watched = { samples: [], longestStaleMs: new Map(), unexplained: [] }
  const stop = new AbortController()
  const running = Promise.all([
    askOn(options, watched, stop.signal),
    lookWhy(options.url, watched, stop.signal),
  ])
  return {
    async end(): Promise<Watched> {
      stop.abort()
      await running
      return watched
    },
  }
}

async function askOn(
  { url, skus, storeIds }: { url: string; skus: readonly string[]; storeIds: readonly string[] },
  { samples, longestStaleMs }: Watched,
  stop: AbortSignal,
): Promise<void> {
  const freshAt = new Map(storeIds.map((storeId) => [storeId, Date.now()]))
  const [hot, others] = [skus.slice(0, HOT), skus.slice(HOT)]
  for (let turn = 0; !stop.aborted; turn += 1) {
    const start = (turn * OTHERS) % others.length
    const askedAt = Date.now()
    const rows = await askAvailability(url, [...hot, ...others.slice(start, start + OTHERS)])
    const answeredAt = Date.now()
    for (const { sku, row } of rows) samples.push({ askedAt, answeredAt, ...sampleOf(sku, row) })
    const fresh = new Set(
      rows.filter(({ row }) => row.freshness.state === 'fresh').map(({ row }) => row.storeId),
    )
    for (const [storeId, at] of freshAt) {
      longestStaleMs.set(storeId, Math.max(longestStaleMs.get(storeId) ?? 0, Date.now() - at))
      if (fresh.has(storeId)) freshAt.set(storeId, Date.now())
    }
    await pause(ASK_EVERY_MS)
  }
}

/** No rows when central-query doesn't answer: a portal then shows no number, so none that is wrong. */
async function askAvailability(url: string, skus: readonly string[]): Promise<{ sku: string; row: Row }[]> {
  try {
    const response = await fetch(`${url}/v1/availability`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ skus }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    if (!response.ok) return []
    const { items } = (await response.json()) as { items: { sku: string; stores: Row[] }[] }
    return items.flatMap(({ sku, stores }) => stores.map((row) => ({ sku, row })))
  } catch {
    return []
  }
}

function sampleOf(sku: string, { freshness, ...row }: Row): Omit<Sample, 'askedAt' | 'answeredAt'> {
  const { state, slaMs, ageMs, asOf } = freshness
  return { sku, ...row, state, slaMs, ageMs, asOf: asOf === null ? null : Date.parse(asOf) }
}

async function lookWhy(url: string, { unexplained }: Watched, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      for (const { storeId, state, why } of await readFreshness(url)) {
        if (state !== 'fresh' && why === null) unexplained.push(storeId)
      }
    } catch {
      // central-query doesn't answer; the supervisor reports that.
    }
    await pause(LOOK_WHY_EVERY_MS)
  }
}
