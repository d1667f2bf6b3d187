import { fetchWithin, waitFor } from './ask.ts'

type Place = { name: string; place: string; latitude: number; longitude: number }

/** Where the first stores of a new chain are; later ones are moved by `PUT /v1/stores/{id}`. */
const places: Place[] = [
  { name: 'Alexanderplatz', place: 'Berlin', latitude: 52.52194, longitude: 13.41325 },
  { name: 'Marienplatz', place: 'Munich', latitude: 48.13716, longitude: 11.57601 },
  { name: 'Jungfernstieg', place: 'Hamburg', latitude: 53.55344, longitude: 9.99248 },
  { name: 'Neumarkt', place: 'Cologne', latitude: 50.93571, longitude: 6.94746 },
  { name: 'Zeil', place: 'Frankfurt', latitude: 50.11453, longitude: 8.6822 },
  { name: 'Schlossplatz', place: 'Stuttgart', latitude: 48.77845, longitude: 9.18001 },
]

/** Tells central of a store, unless central knows it: what people changed there is theirs. */
export async function registerStore(centralQueryUrl: string, id: string, number: number): Promise<void> {
  if ((await fetchWithin(10_000, `${centralQueryUrl}/v1/stores/${id}`)).ok) return
  const place = places[number - 1] ?? {
    name: `Store ${number}`,
    place: 'Berlin',
    latitude: 52.52,
    longitude: 13.405,
  }
  const response = await fetchWithin(10_000, `${centralQueryUrl}/v1/stores/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'idempotency-key': `stack-registers-${id}` },
    body: JSON.stringify({ ...place, connector: id }),
  })
  if (!response.ok)
    throw new Error(`central-query refuses ${id}: ${response.status} ${await response.text()}`)
}

export type StoreFreshness = { storeId: string; state: string; ageMs: number | null }

/** Every store's freshness as central reports it. */
export async function readFreshness(centralQueryUrl: string): Promise<StoreFreshness[]> {
  const response = await fetchWithin(5_000, `${centralQueryUrl}/v1/freshness`)
  if (!response.ok) throw new Error(`central-query answers ${response.status}`)
  const { stores } = (await response.json()) as {
    stores: {
      storeId: string
      freshness?: { state: string; ageMs: number | null }
      state?: string
      ageMs?: number | null
    }[]
  }
  return stores.map(({ storeId, freshness, state, ageMs }) => ({
    storeId,
    state: freshness?.state ?? state ?? 'unknown',
    ageMs: freshness?.ageMs ?? ageMs ?? null,
  }))
}

/** Waits until central reports each of these stores as fresh. */
export async function untilFresh(
  centralQueryUrl: string,
  storeIds: string[],
  withinMs = 180_000,
): Promise<void> {
  const probe = async () => {
    const states = new Map((await readFreshness(centralQueryUrl)).map((each) => [each.storeId, each.state]))
    const late = storeIds.filter((id) => states.get(id) !== 'fresh')
    if (late.length === 0) return true
    throw new Error(late.map((id) => `${id} ${states.get(id) ?? 'unknown'}`).join(', '))
  }
  await waitFor('every store fresh in central', probe, withinMs)
}
