import { fetchWithin } from '../ask.ts'
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
  /** Whether a beat that answers a later ping than asked for vouches for all that central has of it. */
  isProved: boolean
  /**
   * Whether central's copy is whole and equal: a beat that answers a ping of after the rebuild's start found nothing
   * missing and the store's checksum, and nothing else throws doubt on it.
   */
  isEqual: boolean
  /** Why it is not fresh, as central sees it. */
  why: string | null
}

/** The fields of `GET /v1/freshness` that a rebuild needs. */
export type Report = {
  at: string
  stores: {
    storeId: string
    asOf: string | null
    suspect?: string
    cursor: Place | null
    why: string | null
  }[]
}

/** Asks central for {@link Report}. Throws when it doesn't answer within 5 s. */
export async function readReport(urls: Pick<Urls, 'centralQuery'>): Promise<Report> {
  return (await readJson(`${urls.centralQuery}/v1/freshness`)) as Report
}

/**
 * Asks central how far each store is since `sinceMs` (ms since 1970, by central's clock), and the stores where they
 * stand. Throws when central doesn't answer.
 */
export async function readProgress(
  wanted: readonly StoreName[],
  urls: Pick<Urls, 'centralQuery' | 'store'>,
  sinceMs: number,
): Promise<StoreProgress[]> {
  const report = await readReport(urls)
  return Promise.all(
    wanted.map(async ({ id, number }) =>
      progressOf(report, { id, newest: await newestOf(urls.store(number)), sinceMs }),
    ),
  )
}

/** How far one store is back, by central's report and where the store itself stands. */
export function progressOf(
  { stores }: Report,
  { id, newest, sinceMs }: { id: string; newest: Place | null; sinceMs: number },
): StoreProgress {
  const of = stores.find(({ storeId }) => storeId === id)
  // central-query's cache may not have read the feed yet and answer from the time before.
  const isProved = Date.parse(of?.asOf ?? '') > sinceMs
  return {
    id,
    applied: of?.cursor ?? null,
    newest,
    isProved,
    isEqual: isProved && of?.suspect === undefined,
    why: of?.why ?? null,
  }
}

/** One line for people: `store-1 seq 1200 of 5000, store-2 equal`. */
export function progressLine(stores: StoreProgress[]): string {
  return stores
    .map(({ id, applied, newest, isEqual }) => {
      if (isEqual) return `${id} equal`
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
  const response = await fetchWithin(5_000, url)
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.json()
}
