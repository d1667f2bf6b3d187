import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Wiring } from '@shelfwire/platform'
import { type Links, openLinks } from './links.ts'

/** The wiring of a platform whose links and clocks can be disturbed while it runs. */
export interface TrialWiring extends AsyncDisposable {
  wiring: Wiring
  /** By the names of `LINKS`. */
  links: Links['byName']
  /** How far a service's clock is off from its next start on, in ms. */
  setClock(component: string, offsetMs: number): void
  /** Sets the clock of one of {@link STEPPED} off by so many ms, at once and while it runs. */
  stepClock(component: string, offsetMs: number): void
  /** What a process needs in its environment to have the clock that {@link stepClock} sets for `component`. */
  steppedClock(component: string): Record<string, string>
  /** The bug that a service has from its next start on; null for only the one that all services have. */
  setBug(component: string, bug: string | null): void
}

const LOAD_BUG = pathToFileURL(join(import.meta.dirname, '../bugs/load-bug.ts')).href
const SKEWED_CLOCK = pathToFileURL(join(import.meta.dirname, 'skewed-clock.mjs')).href

/** Processes whose clocks can leap while they run. A second central-update is one that a script starts. */
const STEPPED = ['central-update', 'central-query', 'second-central-update']

/** What a program's environment needs for that bug, or exit, to be in it. */
export function bugEnvironment(bug: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${LOAD_BUG}`, DELIBERATE_BUG: bug }
}

/** Opens the links. With `bug`, services run with that bug in them. */
export async function openTrialWiring(portBase: number, bug: string | null): Promise<TrialWiring> {
  const links = await openLinks(portBase)
  const clocks = new Map<string, number>()
  const bugs = new Map<string, string | null>()
  const folder = await mkdtemp(join(tmpdir(), 'clocks-'))
  const offsetFile = (component: string) => join(folder, component)
  const stepClock = (component: string, offsetMs: number) =>
    writeFileSync(offsetFile(component), String(offsetMs))
  for (const component of STEPPED) stepClock(component, 0)

  return {
    wiring: {
      portFor: links.portFor,
      kafkaDoors: links.kafkaDoors,
      environmentOf(component): Record<string, string> {
        const offsetMs = clocks.get(component) ?? 0
        const itsBug = bugs.get(component) ?? bug
        const isStepped = STEPPED.includes(component)
        const isSkewed = isStepped || offsetMs !== 0
        const preloads = [...(isSkewed ? [SKEWED_CLOCK] : []), ...(itsBug === null ? [] : [LOAD_BUG])]
        if (preloads.length === 0) return {}
        return {
          NODE_OPTIONS: preloads.map((preload) => `--import=${preload}`).join(' '),
          ...(isStepped
            ? { CLOCK_OFFSET_FILE: offsetFile(component) }
            : { CLOCK_OFFSET_MS: String(offsetMs) }),
          ...(itsBug === null ? {} : { DELIBERATE_BUG: itsBug }),
        }
      },
    },
    links: links.byName,
    stepClock,
    steppedClock: (component) => ({
      NODE_OPTIONS: `--import=${SKEWED_CLOCK}`,
      CLOCK_OFFSET_FILE: offsetFile(component),
    }),
    setClock: (component, offsetMs) => clocks.set(component, offsetMs),
    setBug: (component, name) => bugs.set(component, name),
    async [Symbol.asyncDispose]() {
      await links[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
