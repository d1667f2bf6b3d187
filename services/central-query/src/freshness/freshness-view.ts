import { type FreshnessClock, freshnessOf, type Proof } from '@shelfwire/central'
import { isoOfUs } from '@shelfwire/mysql'
import { z } from 'zod'

/** A store's freshness as answers carry it. */
export const freshnessView = z
  .object({
    state: z.enum(['fresh', 'stale', 'offline']).meta({
      description: '`fresh` within the SLA, then `stale`, then `offline`; never `fresh` while suspect.',
    }),
    asOf: z.string().nullable().meta({
      description:
        'What the store committed before this instant is in the answer; null when nothing is proved.',
    }),
    ageMs: z
      .int()
      .nullable()
      .meta({ description: "Age of `asOf`, widened by what central's clocks may differ." }),
    slaMs: z.int(),
    suspect: z
      .string()
      .optional()
      .meta({ description: "Why the numbers can't be trusted whatever their age." }),
  })
  .meta({ id: 'Freshness' })

export type FreshnessView = z.infer<typeof freshnessView>

/** {@link freshnessOf} in the form of answers. */
export function viewFreshness(proof: Proof, clock: FreshnessClock): FreshnessView {
  const { state, asOfUs, ageMs, slaMs, suspect } = freshnessOf(proof, clock)
  const view: FreshnessView = { state, asOf: asOfUs === null ? null : isoOfUs(asOfUs), ageMs, slaMs }
  if (suspect !== null) view.suspect = suspect
  return view
}

const UNPROVED: Proof = { asOfUs: 0, suspect: null }

/** Looks a store's freshness up by name; each is worked out once, however many rows carry it. */
export function freshnessByStore(
  stores: ReadonlyMap<string, Proof>,
  clock: FreshnessClock,
): (storeId: string) => FreshnessView {
  const views = new Map<string, FreshnessView>()
  return (storeId) => {
    let view = views.get(storeId)
    if (view === undefined) {
      view = viewFreshness(stores.get(storeId) ?? UNPROVED, clock)
      views.set(storeId, view)
    }
    return view
  }
}
