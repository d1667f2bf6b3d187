import { randomBytes } from 'node:crypto'
import { integerOption, type OptionSpec, type Parsed, UsageError } from '@shelfwire/platform'
import { DELIBERATE_BUGS } from './bugs/deliberate-bugs.ts'
import { drawCentralClock, drawClock } from './faults/clock.ts'
import { drawConnector } from './faults/connector.ts'
import type { DrawFault } from './faults/fault.ts'
import { drawKill } from './faults/kill.ts'
import { drawNetwork } from './faults/network.ts'
import { drawPause } from './faults/pause.ts'
import { drawBadRecords } from './faults/records.ts'
import type { Script } from './scripts/script.ts'
import { SCRIPTS } from './scripts/scripts.ts'

/** The kinds of fault that seeds draw from. */
const KINDS: Readonly<Record<string, DrawFault>> = {
  kill: drawKill,
  pause: drawPause,
  network: drawNetwork,
  clock: drawClock,
  'central-clock': drawCentralClock,
  records: drawBadRecords,
  connector: drawConnector,
}

export const chaosSpec = {
  seeds: { type: 'string', help: 'N: how many seeds, one after the other (default 3)' },
  seconds: { type: 'string', help: 'S: how long things go wrong in each (default 40)' },
  faults: { type: 'string', help: `LIST: some of ${Object.keys(KINDS).join(',')}, or none (default all)` },
  seed: { type: 'string', help: 'X: the first seed; the others are X.2, X.3 ... (default a new one)' },
  kills: { type: 'string', help: 'N: goes on until each class of process was killed N times' },
  script: {
    type: 'string',
    help: `LIST: instead of seeds, some of ${SCRIPTS.map(({ name }) => name).join(',')}; or all`,
  },
  regressions: { type: 'boolean', help: 'instead of new seeds, those that have once shown a mistake' },
  bug: { type: 'string', help: 'NAME: runs the services with a deliberate bug, to see that it is caught' },
} satisfies OptionSpec

export interface ChaosOptions {
  seeds: number
  seconds: number
  /** The names as they were given, to repeat the run. */
  faults: string
  seed: string
  kills: number | null
  /** Run instead of seeds; none when it is seeds. */
  scripts: readonly Script[]
  /** Whether to run the seeds of regressions.ts instead of new ones. */
  regressions: boolean
  bug: string | null
}

export function chaosOptions(parsed: Parsed): ChaosOptions {
  const { seed, faults = Object.keys(KINDS).join(',') } = parsed.values
  const kinds = kindsOf(String(faults))
  if (parsed.values.kills !== undefined && !kinds.includes(drawKill)) {
    throw new UsageError('--kills: must go with kill among --faults')
  }
  if (seed !== undefined && !/^[a-z0-9.]{1,20}$/.test(String(seed))) {
    throw new UsageError(`--seed ${seed}: must be 1 to 20 small letters, digits and dots`)
  }
  return {
    seeds: integerOption(parsed, 'seeds', 1, 1_000) ?? 3,
    seconds: integerOption(parsed, 'seconds', 5, 3_600) ?? 40,
    faults: String(faults),
    seed: seed === undefined ? randomBytes(3).toString('hex') : String(seed),
    kills: integerOption(parsed, 'kills', 1, 1_000) ?? null,
    scripts: scriptsOption(parsed),
    regressions: parsed.values.regressions === true,
    bug: bugOption(parsed),
  }
}

/** The kinds of fault in a list of their names. */
export function kindsOf(faults: string): DrawFault[] {
  if (faults === 'none') return []
  return faults.split(',').map((name) => {
    const kind = KINDS[name]
    if (kind !== undefined) return kind
    throw new UsageError(`--faults ${faults}: must be some of ${Object.keys(KINDS).join(',')}, or none`)
  })
}

function scriptsOption({ values }: Parsed): readonly Script[] {
  if (values.script === undefined) return []
  const drawn = (['seeds', 'seconds', 'faults', 'kills'] as const).find((name) => values[name] !== undefined)
  if (drawn !== undefined) throw new UsageError(`--${drawn}: is about seeds, and can't go with --script`)
  if (values.script === 'all') return SCRIPTS
  return String(values.script)
    .split(',')
    .map((wanted) => {
      const script = SCRIPTS.find(({ name }) => name === wanted)
      if (script !== undefined) return script
      const legal = SCRIPTS.map(({ name }) => name).join(', ')
      throw new UsageError(`--script ${values.script}: must be all, or some of ${legal}`)
    })
}

function bugOption({ values: { bug } }: Parsed): string | null {
  if (bug === undefined) return null
  if (DELIBERATE_BUGS.some(({ name }) => name === bug)) return String(bug)
  throw new UsageError(`--bug ${bug}: must be one of ${DELIBERATE_BUGS.map(({ name }) => name).join(', ')}`)
}

/** The seed of the `index`-th trial, from 0. */
export function seedAt(seed: string, index: number): string {
  return index === 0 ? seed : `${seed}.${index + 1}`
}
