import { integerOption, type OptionSpec, type Parsed, UsageError } from '@shelfwire/platform'

export const replaySpec: OptionSpec = {
  baskets: { type: 'string', help: 'N      how many baskets to sell; after the 9,835th the first again' },
  rate: { type: 'string', help: 'R|max     baskets a second over all stores (default 2)' },
  seconds: { type: 'string', help: 'S      sell for that long' },
  seed: { type: 'string', help: 'X         another spread of the baskets over the stores (default 1)' },
  'kill-each': {
    type: 'boolean',
    help: '     kill -9 one component of each class meanwhile; needs --seconds',
  },
}

/** How to replay. */
export interface ReplayOptions {
  /** The most baskets; Infinity for no such end. */
  count: number
  /** Baskets a second; Infinity for as fast as the stores answer. */
  rate: number
  /** Null for no such end. */
  seconds: number | null
  seed: string
  killEach: boolean
}

/** Reads the options; throws `UsageError` naming what is legal. */
export function replayOptions(parsed: Parsed): ReplayOptions {
  const baskets = integerOption(parsed, 'baskets', 1, 100_000_000)
  const seconds = integerOption(parsed, 'seconds', 1, 86_400) ?? null
  const rate = rateOption(parsed)
  const killEach = parsed.values['kill-each'] === true
  if (killEach && seconds === null)
    throw new UsageError('--kill-each needs --seconds: the kills are spread over them')
  const count = baskets ?? Number.POSITIVE_INFINITY
  return { count, rate, seconds, seed: String(parsed.values.seed ?? '1'), killEach }
}

function rateOption(parsed: Parsed): number {
  const { rate } = parsed.values
  if (rate === 'max') return Number.POSITIVE_INFINITY
  const number = Number(rate ?? 2)
  if (Number.isFinite(number) && number > 0 && rate !== '') return number
  throw new UsageError(`--rate ${rate}: must be baskets a second, such as 2 or 0.5, or max`)
}
