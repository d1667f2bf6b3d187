/** A seed that has once shown a mistake, and which. */
export interface Regression {
  seed: string
  seconds: number
  faults: string
  showed: string
}

/**
 * Seeds that failed before what they showed was mended. What a seed draws changes with the kinds of fault there are:
 * a mistake also has a test of its own.
 */
export const REGRESSIONS: readonly Regression[] = []
