import { usOfDatetime } from '@shelfwire/contracts'
import type { Reader } from '@shelfwire/mysql'
import type { EpochRange } from './decide-epochs.ts'

/**
 * The latest time that the journal has of the end of these epochs: when their last entry was recorded, and the first one
 * behind them, because a clock may have been slow at either. In µs; null when they have no entries.
 */
export async function endedAtUs(reader: Reader, { from, below }: EpochRange): Promise<number | null> {
  const [ended] = await reader.rows<{ at: string }>(
    `SELECT recorded_at AS at FROM journal WHERE epoch >= ? AND epoch < ? ORDER BY epoch DESC, seq DESC LIMIT 1`,
    [from, below],
  )
  if (ended === undefined) return null
  const next = await reader.rows<{ at: string }>(
    'SELECT recorded_at AS at FROM journal WHERE epoch >= ? ORDER BY epoch, seq LIMIT 1',
    [below],
  )
  return Math.max(usOfDatetime(ended.at), ...next.map(({ at }) => usOfDatetime(at)))
}

/** The lowest epoch at or above `epoch` of which the journal has entries. */
export async function firstEpochFrom(reader: Reader, epoch: number): Promise<number | undefined> {
  const [first] = await reader.rows<{ epoch: number }>(
    'SELECT epoch FROM journal WHERE epoch >= ? ORDER BY epoch LIMIT 1',
    [epoch],
  )
  return first?.epoch
}
