import type { Entry } from './entry.ts'
import { MAX_REFERENCE_LENGTH } from './limits.ts'

/**
 * How much of the earlier epochs a store's database contains: the last number of each, by epoch. A restored database
 * contains less than central has received. Nothing is known about epochs below the lowest one named.
 */
export type Remembered = ReadonlyMap<number, number>

const EPOCH_ENDS = /^\d{1,10}\.\d{1,16}(?: \d{1,10}\.\d{1,16})*$/

/**
 * The `reference` of an `opened` entry, by which a store reports this to central: `1.4711 2.90`, ascending by epoch, with
 * as many of the newest epochs as fit.
 */
export function formatRemembered(remembered: Remembered): string {
  let text = ''
  for (const [epoch, seq] of [...remembered].sort(([one], [other]) => other - one)) {
    const longer = text === '' ? `${epoch}.${seq}` : `${epoch}.${seq} ${text}`
    if (longer.length > MAX_REFERENCE_LENGTH) break
    text = longer
  }
  return text
}

/** What an `opened` entry says about earlier epochs; null when an older version, which didn't say, wrote it. */
export function rememberedBy({ reference }: Pick<Entry, 'reference'>): Remembered | null {
  if (reference === null || !EPOCH_ENDS.test(reference)) return null
  return new Map(
    reference.split(' ').map((end) => {
      const [epoch, seq] = end.split('.')
      return [Number(epoch), Number(seq)]
    }),
  )
}
