/** So many bad records one behind the other are no accident of one record: the partition halts rather than park on. */
export const MAX_BAD_IN_A_ROW = 100

/** How many records in a row were bad, by partition. */
export interface BadRuns {
  /** Notes one record; true when it is the one that halts its partition. */
  note(partition: number, bad: boolean): boolean
  /** The runs as they are now. */
  readonly lengths: ReadonlyMap<number, number>
}

/** Counts on from `before`. */
export function countBadRuns(before: ReadonlyMap<number, number>): BadRuns {
  const lengths = new Map(before)
  return {
    note(partition, bad) {
      if (!bad) {
        lengths.delete(partition)
        return false
      }
      const length = (lengths.get(partition) ?? 0) + 1
      // An operator who resumes the partition has seen these: the count begins at 0.
      if (length >= MAX_BAD_IN_A_ROW) lengths.delete(partition)
      else lengths.set(partition, length)
      return length >= MAX_BAD_IN_A_ROW
    },
    lengths,
  }
}
