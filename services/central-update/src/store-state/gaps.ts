/** A range of numbers that central misses, both ends included. */
export interface Gap {
  epoch: number
  fromSeq: number
  toSeq: number
  seenAtUs: number
  /** The resync command last sent for it; 0 before the first. */
  commandNumber: number
  askedAtUs: number | null
}

/** The gaps of one store in its present epoch, ascending and apart from each other. */
export type Gaps = readonly Gap[]

/** Adds the numbers above the cursor that were skipped; they are above every gap there is. */
export function withGap(gaps: Gaps, gap: Pick<Gap, 'epoch' | 'fromSeq' | 'toSeq' | 'seenAtUs'>): Gaps {
  return gap.fromSeq > gap.toSeq ? gaps : [...gaps, { ...gap, commandNumber: 0, askedAtUs: null }]
}

/** The index of the gap that `seq` is missing in; -1 when it isn't missing. */
export function gapAt(gaps: Gaps, seq: number): number {
  let low = 0
  let high = gaps.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const gap = gaps[middle]
    if (gap === undefined) break
    if (seq < gap.fromSeq) high = middle - 1
    else if (seq > gap.toSeq) low = middle + 1
    else return middle
  }
  return -1
}

/** What is left of the gaps once `seq`, missing in the gap at `index`, has come. */
export function withoutSeq(gaps: Gaps, index: number, seq: number): Gaps {
  const gap = gaps[index]
  if (gap === undefined) return gaps
  const rest = [
    { ...gap, toSeq: seq - 1 },
    { ...gap, fromSeq: seq + 1 },
  ].filter(({ fromSeq, toSeq }) => fromSeq <= toSeq)
  return gaps.toSpliced(index, 1, ...rest)
}

/** Whether every number up to `seq` is there. */
export function coveredTo(gaps: Gaps, seq: number): boolean {
  const [first] = gaps
  return first === undefined || first.fromSeq > seq
}

/** How many numbers are missing. */
export function missingIn(gaps: Gaps): number {
  return gaps.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0)
}
