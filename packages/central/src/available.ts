/** The parts of `available`, in whole units. */
export interface Parts {
  /** Units physically in the store. */
  onHand: number
  /** Units of `onHand` under holds that the store has accepted. */
  held: number
  /** Units that central has promised and the store has not answered yet. */
  pending: number
  /** Units kept out of the promise. */
  margin: number
}

/** Units that may still be promised. The one place of this formula: every reader and every decision calls it. */
export function available({ onHand, held, pending, margin }: Parts): number {
  return Math.max(0, onHand - held - pending - margin)
}
