/** A range of numbers that central misses, both ends included. */
export interface Hole {
  epoch: number
  fromSeq: number
  toSeq: number
  seenAtUs: number
  /** The resync command last sent for it; 0 before the first. */
  commandNumber: number
  askedAtUs: number | null
}

/** The holes of one store in its present epoch, ascending and apart from each other. */
export type Holes = readonly Hole[]

/** Adds the numbers above the cursor that were skipped; they are above every hole there is. */
export function withHole(holes: Holes, hole: Pick<Hole, 'epoch' | 'fromSeq' | 'toSeq' | 'seenAtUs'>): Holes {
  return hole.fromSeq > hole.toSeq ? holes : [...holes, { ...hole, commandNumber: 0, askedAtUs: null }]
}

/** The index of the hole that `seq` is missing in; -1 when it isn't missing. */
export function holeAt(holes: Holes, seq: number): number {
  let low = 0
  let high = holes.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const hole = holes[middle]
    if (hole === undefined) break
    if (seq < hole.fromSeq) high = middle - 1
    else if (seq > hole.toSeq) low = middle + 1
    else return middle
  }
  return -1
}

/** What is left of the holes once `seq`, missing in the hole at `index`, has come. */
export function withoutSeq(holes: Holes, index: number, seq: number): Holes {
  const hole = holes[index]
  if (hole === undefined) return holes
  const rest = [
    { ...hole, toSeq: seq - 1 },
    { ...hole, fromSeq: seq + 1 },
  ].filter(({ fromSeq, toSeq }) => fromSeq <= toSeq)
  return holes.toSpliced(index, 1, ...rest)
}

/** Whether every number up to `seq` is there. */
export function coveredTo(holes: Holes, seq: number): boolean {
  const [first] = holes
  return first === undefined || first.fromSeq > seq
}

/** How many numbers are missing. */
export function missingIn(holes: Holes): number {
  return holes.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0)
}
