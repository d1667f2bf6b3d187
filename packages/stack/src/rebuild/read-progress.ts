import type { Urls } from '../plan.ts'

export type StoreName = { id: string; number: number }

export type Place = { epoch: number; seq: number }

/** How far one store is back. */
export type StoreProgress = {
  id: string
  /** How far central has applied it; null before its first entry. */
  applied: Place | null
  /** Where the store itself stands; null while it doesn't answer. */
  newest: Place | null
  /** Whether a beat has proved central's copy whole. */
  isProved: boolean
  /** Why it is not fresh, as central sees it. */
  why: string | null
}

type Report = { stores: { storeId: string; asOf: string | null; cursor: Place | null; why: string | null }[] }

/**
 * Asks central how far each store is since `sinceMs` (ms since 1970), and the stores where they stand. Throws when
 * central doesn't answer.
 */
export async function readProgress(
  wanted: readonly StoreName[],
  urls: Urls,
  sinceMs: number,
): Promise<StoreProgress[]> {
  const { stores } = (await readJson(`${urls.centralQuery}/v1/freshness`)) as Report
  return Promise.all(
    wanted.map(async ({ id, number }) => {
      const of = stores.find(({ storeId }) => storeId === id)
      const newest = await newestOf(urls.store(number))
      const applied = of?.cursor ?? null
      // A central-query that has just heard nothing new may still tell of the time before.
      const isProved = Date.parse(of?.asOf ?? '') > sinceMs
      return { id, applied, newest, isProved, why: of?.why ?? null }
    }),
  )
}

/** One line for people: `store-1 seq 1200 of 5000, store-2 back`. */
export function progressLine(stores: StoreProgress[]): string {
  return stores
    .map(({ id, applied, newest, isProved }) => {
      if (isProved) return `${id} back`
      const epoch =
        newest !== null && newest.epoch > 1 ? ` in epoch ${applied?.epoch ?? 0} of ${newest.epoch}` : ''
      return `${id} seq ${applied?.seq ?? 0} of ${newest?.seq ?? 'unknown'}${epoch}`
    })
    .join(', ')
}

async function newestOf(storeUrl: string): Promise<Place | null> {
  try {
    const { epoch, lastSeq } = (await readJson(`${storeUrl}/v1/status`)) as { epoch: number; lastSeq: number }
    return { epoch, seq: lastSeq }
  } catch {
    // The store is down: central goes on with the others, and says why this one isn't back.
    return null
  }
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.json()
}
