/** A place in a store's journal. */
export interface Position {
  epoch: number
  seq: number
}

/** Below zero when `a` comes first, 0 when they are the same place. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.seq - b.seq
}

/** A place as people and keys name it. */
export function placeName({ epoch, seq }: Position): string {
  return `seq ${seq} of epoch ${epoch}`
}
