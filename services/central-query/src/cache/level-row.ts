import { available } from '@shelfwire/central'

/** One SKU in one store as answers tell it, but for the proof of its age. */
export interface LevelRow {
  storeId: string
  onHand: number
  held: number
  pending: number
  margin: number
  available: number
  /** ISO 8601. */
  updatedAt: string
}

/** A level with its margin as a row of answers; the same from the cache and from the database. */
export function levelRow(
  { storeId, onHand, held, pending, updatedAt }: Omit<LevelRow, 'margin' | 'available'>,
  margin: number,
): LevelRow {
  return {
    storeId,
    onHand,
    held,
    pending,
    margin,
    available: available({ onHand, held, pending, margin }),
    updatedAt,
  }
}
