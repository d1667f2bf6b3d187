/** What the table counts them as. */
export type Harm = 'lost' | 'repeated' | 'oversold' | 'divergence' | 'false-fresh' | 'other'

/** An invariant that did not hold. */
export interface Violation {
  /** `I6`: the invariant, as docs/invariants.md numbers it. */
  invariant: string
  harm: Harm
  storeId: string
  detail: string
}
