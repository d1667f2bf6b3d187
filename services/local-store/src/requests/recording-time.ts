/** A machine's clock this far behind is one that was never set, such as one at 2000 after its battery died. */
const UNSET_FROM_US = 31 * 24 * 3_600 * 1_000_000

/**
 * When something is recorded, in µs: by the machine's clock, by which people and tills set theirs, unless that was never
 * set. Not by the later of both: once the steady clock has believed one that was ahead, it stays ahead, and each sale
 * would be recorded as later than the counts that come after it.
 */
export function recordingTimeUs(machineUs: number, steadyUs: number): number {
  return steadyUs - machineUs > UNSET_FROM_US ? steadyUs : machineUs
}
