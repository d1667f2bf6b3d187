import { MAX_LEVEL } from '@shelfwire/contracts'
import type { Level } from './level.ts'

/** Whether a fact may be refused, or has happened already and must be written down. */
export type Policy = 'refuse' | 'record'

/** What one line of a write would do to its SKU. */
export interface LineChange {
  onHandDelta: number
  /** Receipts and counts: the goods are seen, so the SKU exists. */
  createsSku: boolean
  policy: Policy
}

export type LineDecision =
  /** `missingUnits` were there although the books lacked them: a discrepancy brings them in first. */
  | { outcome: 'recorded'; missingUnits: number }
  | { outcome: 'refused'; code: 'unknown_sku' | 'insufficient_stock' | 'level_too_large' }

/**
 * One line against the level it would meet (undefined: the SKU is unknown). Held units can't be taken: with the
 * policy `record`, what is missing beside them is a discrepancy.
 */
export function decideLine(level: Level | undefined, change: LineChange): LineDecision {
  const mayRefuse = change.policy === 'refuse'
  if (level === undefined && !change.createsSku && mayRefuse)
    return { outcome: 'refused', code: 'unknown_sku' }

  const { onHand, held } = level ?? { onHand: 0, held: 0 }
  // A number beyond every shelf is a mistake whatever its policy.
  if (onHand + change.onHandDelta > MAX_LEVEL) return { outcome: 'refused', code: 'level_too_large' }

  const missingUnits = change.onHandDelta < 0 ? Math.max(0, held - onHand - change.onHandDelta) : 0
  if (missingUnits > 0 && mayRefuse) return { outcome: 'refused', code: 'insufficient_stock' }
  return { outcome: 'recorded', missingUnits }
}
