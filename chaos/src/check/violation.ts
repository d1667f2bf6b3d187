/** What the table counts them as. */
export type Harm = 'lost' | 'repeated' | 'oversold' | 'divergence' | 'false-fresh' | 'other'

/** A promise that was not kept. */
export interface Violation {
  /** `I6`: the promise, as docs/invariants.md numbers it. */
  invariant: string
  harm: Harm
  storeId: string
  detail: string
}
