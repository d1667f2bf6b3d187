import { type Gaps, gapAt } from './gaps.ts'
import type { Cursor } from './store-state.ts'

/** What an entry's number makes of it. */
export type SeqVerdict =
  /** Central has it, or its epoch is over. */
  | 'repeat'
  /** The one after the cursor. */
  | 'next'
  /** The ones between the cursor and it are missing. */
  | 'beyond'
  /** One of those that were missing. */
  | 'missing'
  /** The store's journal has started again. */
  | 'new_epoch'

/** Judges an entry by its number alone; this is what makes repeats harmless (I10) and gaps known (I2). */
export function classifySeq(
  { epoch, seq }: { epoch: number; seq: number },
  cursor: Pick<Cursor, 'epoch' | 'seq'>,
  gaps: Gaps,
): SeqVerdict {
  if (epoch > cursor.epoch) return 'new_epoch'
  if (epoch < cursor.epoch) return 'repeat'
  if (seq === cursor.seq + 1) return 'next'
  if (seq > cursor.seq) return 'beyond'
  return gapAt(gaps, seq) >= 0 ? 'missing' : 'repeat'
}
