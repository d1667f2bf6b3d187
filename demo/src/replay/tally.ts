import type { Position } from '@shelfwire/verify'
import type { Sale } from './sell.ts'
import type { Answer } from './till.ts'

/** What one store has answered in a run. */
export interface Tally {
  storeId: string
  /** Baskets sold, with the lines in them. */
  baskets: number
  lines: number
  /** Baskets refused, by the code of the refusal. */
  refused: Map<string, number>
  /** Every sale that the store has acknowledged, by its number in the run. */
  acknowledged: number[]
  /** The farthest entry that an answer named. */
  last: Position
}

/** An empty tally for a store. */
export function newTally(storeId: string): Tally {
  const last = { epoch: 0, seq: 0 }
  return { storeId, baskets: 0, lines: 0, refused: new Map(), acknowledged: [], last }
}

/** Counts one answer. */
export function countAnswer(tally: Tally, sale: Sale, { status, body }: Answer): void {
  if (status >= 300) {
    const { code = String(status) } = body as { code?: string }
    tally.refused.set(code, (tally.refused.get(code) ?? 0) + 1)
    return
  }
  tally.baskets += 1
  tally.lines += sale.lines.length
  tally.acknowledged.push(sale.number)
  for (const { epoch, seq } of (body as { entries: Position[] }).entries) {
    if (epoch > tally.last.epoch || (epoch === tally.last.epoch && seq > tally.last.seq))
      tally.last = { epoch, seq }
  }
}
