import type { Entry } from './entry.ts'
import { MAX_REFERENCE_LENGTH } from './limits.ts'

/**
 * How far a store's database remembers the epochs before the present one: the last number of each, by epoch. A restored
 * database remembers less than central was sent. Of epochs below the lowest one named here nothing is said.
 */
export type Remembered = ReadonlyMap<number, number>

const EPOCH_ENDS = /^\d{1,10}\.\d{1,16}(?: \d{1,10}\.\d{1,16})*$/

/**
 * The `reference` of the `opened` entry by which a store tells this to central: `1.4711 2.90`, ascending by epoch. The
 * newest epochs that fit are named.
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

/** What an `opened` entry says of the epochs before its own; null when a store's older service wrote it, which says nothing. */
export function rememberedBy({ reference }: Pick<Entry, 'reference'>): Remembered | null {
  if (reference === null || !EPOCH_ENDS.test(reference)) return null
  return new Map(
    reference.split(' ').map((end) => {
      const [epoch, seq] = end.split('.')
      return [Number(epoch), Number(seq)]
    }),
  )
}
