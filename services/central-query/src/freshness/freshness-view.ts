import { type FreshnessClock, freshnessOf, type Proof } from '@shelfwire/central'
import { isoOfUs } from '@shelfwire/contracts'
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
    ageMs: z.int().nullable().meta({
      description:
        "Age of `asOf`, plus the bound by which central's clocks may differ; null when nothing is proved or the bound isn't known.",
    }),
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

const UNPROVED: Proof = { asOfUs: 0, suspect: null, rebuilding: false }

/** A store's freshness at one reading of the clock. */
export interface WrittenFreshness {
  view: FreshnessView
  /** The view as JSON, as the last member of an object, which it closes. */
  jsonToEnd: string
  /** The same with the comma before a next row. */
  jsonToNext: string
}

/** Looks up a store's freshness by name; each is computed once, however many rows have it. */
export function freshnessByStore(
  stores: ReadonlyMap<string, Proof>,
  clock: FreshnessClock,
): (storeId: string) => WrittenFreshness {
  const found = new Map<string, WrittenFreshness>()
  return (storeId) => {
    let freshness = found.get(storeId)
    if (freshness === undefined) {
      freshness = writeFreshness(stores.get(storeId) ?? UNPROVED, clock)
      found.set(storeId, freshness)
    }
    return freshness
  }
}

interface Reading extends WrittenFreshness {
  clock: FreshnessClock
}

/** The last view of each proof. A proof that changes is a new object, so a found view always belongs to it. */
const readings = new WeakMap<Proof, Reading>()

/** {@link viewFreshness}, computed once for all answers of the same millisecond. */
function writeFreshness(proof: Proof, clock: FreshnessClock): WrittenFreshness {
  const last = readings.get(proof)
  if (last !== undefined && isSameReading(last.clock, clock)) return last
  const view = viewFreshness(proof, clock)
  const json = JSON.stringify(view)
  const reading = { clock, view, jsonToEnd: [json, '}'].join(''), jsonToNext: [json, '},'].join('') }
  readings.set(proof, reading)
  return reading
}

function isSameReading(one: FreshnessClock, other: FreshnessClock): boolean {
  return (
    one.nowMs === other.nowMs &&
    one.clockBoundMs === other.clockBoundMs &&
    one.slaMs === other.slaMs &&
    one.offlineMs === other.offlineMs
  )
}
