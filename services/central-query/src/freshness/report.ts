import { z } from 'zod'
import { seconds } from './explain-store.ts'
import { freshnessView } from './freshness-view.ts'

const count = z.int().nullable()

export const storeReport = freshnessView
  .extend({
    storeId: z.string(),
    name: z.string().nullable(),
    place: z.string().nullable(),
    cursor: z
      .object({ epoch: z.int(), seq: z.int() })
      .nullable()
      .meta({ description: 'How far the journal is applied.' }),
    missing: count.meta({ description: 'Entries missing.' }),
    parked: count.meta({ description: 'Records that could not be applied.' }),
    openCommands: count.meta({ description: 'Commands given and not done.' }),
    lastLagMs: count.meta({ description: "From the store's commit to central's, of the newest entry." }),
    clockSkewMs: count.meta({
      description: "About how far the store's clock is ahead of central's; proves nothing.",
    }),
    connector: z
      .object({ name: z.string(), state: z.string(), reason: z.string().nullable() })
      .nullable()
      .meta({ description: 'As Connect sees it; for people, it decides nothing.' }),
    why: z
      .string()
      .nullable()
      .meta({ description: 'Why the store is behind, in one sentence; null when all is well.' }),
  })
  .meta({ id: 'StoreReport' })

export type StoreReport = z.infer<typeof storeReport>

export const freshnessReport = z
  .object({
    at: z.string(),
    summary: z.string(),
    stores: z.array(storeReport).meta({ description: 'The one furthest behind first.' }),
  })
  .meta({ id: 'FreshnessReport' })

export type FreshnessReport = z.infer<typeof freshnessReport>

const RANK = { offline: 0, stale: 1, fresh: 2 }

/** Orders two stores: suspect first, then by worse state, then by age. */
export function worseFirst(a: StoreReport, b: StoreReport): number {
  return (
    RANK[a.state] - RANK[b.state] ||
    Number(b.suspect !== undefined) - Number(a.suspect !== undefined) ||
    Number(b.why !== null) - Number(a.why !== null) ||
    // Ages of fresh stores vary each second: sorted by age, the page would reorder them constantly.
    (a.state === 'fresh' ? 0 : (b.ageMs ?? Number.MAX_SAFE_INTEGER) - (a.ageMs ?? Number.MAX_SAFE_INTEGER)) ||
    (a.storeId < b.storeId ? -1 : 1)
  )
}

/** One line: which store is behind, by how much and why. `stores` are in the order of {@link worseFirst}. */
export function summarise(stores: readonly StoreReport[]): string {
  const behind = stores.filter(({ state }) => state !== 'fresh')
  const [worst] = behind
  if (stores.length === 0) return 'no store has joined yet'
  if (worst === undefined) {
    const all = stores.length === 1 ? 'the store is fresh' : `all ${stores.length} stores are fresh`
    const troubled = stores.find(({ why }) => why !== null)
    return troubled === undefined ? all : `${all}, but ${troubled.storeId} is in trouble: ${troubled.why}`
  }
  const byHowMuch = worst.ageMs === null ? 'has sent no beat yet' : `is ${seconds(worst.ageMs)} behind`
  const others = behind.length === 1 ? '' : `${behind.length} of ${stores.length} stores are behind. `
  return `${others}${worst.storeId} ${byHowMuch}: ${worst.why ?? worst.state}`
}
