import { setTimeout as pause } from 'node:timers/promises'
import { command, type StackStatus } from '@shelfwire/platform'
import { readFreshness } from './freshness.ts'

const LOOK_AGAIN_MS = 50

/** One component of each class, in the order in which they are killed. */
export const VICTIMS = [
  'store-1',
  'central-update',
  'connect',
  'kafka',
  'mysql-store-1',
  'mysql-central',
] as const

export interface Kill {
  component: string
  /** From the kill until the component answered again, in ms. */
  readyAfterMs: number
  /** From the kill until every store was fresh by a ping sent after that, in ms. */
  freshAfterMs: number
}

/** `kill -9` of one component. Resolves when the supervisor has it back and every store is fresh again. */
export async function killComponent(
  place: { dataDir: string; centralQueryUrl: string },
  component: string,
): Promise<Kill> {
  const before = await readComponent(place.dataDir, component)
  if (before.pid === null) throw new Error(`${component} isn't running`)
  const killedAt = Date.now()
  process.kill(before.pid, 'SIGKILL')
  await until(async () => {
    const { pid, state } = await readComponent(place.dataDir, component)
    return state === 'ready' && pid !== before.pid
  })
  const readyAt = Date.now()
  await until(async () => {
    const stores = await readFreshness(place.centralQueryUrl)
    return stores.every(({ state, asOf }) => state === 'fresh' && asOf !== null && Date.parse(asOf) > readyAt)
  })
  return { component, readyAfterMs: readyAt - killedAt, freshAfterMs: Date.now() - killedAt }
}

/** Kills each victim in turn, evenly over `durationMs`, never the next before the last is back, none after `closing`. */
export async function killEach(
  place: { dataDir: string; centralQueryUrl: string },
  { durationMs, closing, say }: { durationMs: number; closing: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const startedAt = Date.now()
  for (const [index, component] of VICTIMS.entries()) {
    const dueAt = startedAt + ((index + 0.5) / VICTIMS.length) * durationMs
    await pause(Math.max(0, dueAt - Date.now()), undefined, { signal: closing }).catch(() => {})
    if (closing.aborted) return
    say(`kill -9 ${component}`)
    const { readyAfterMs, freshAfterMs } = await killComponent(place, component)
    const [ready, fresh] = [readyAfterMs, freshAfterMs].map((ms) => (ms / 1_000).toFixed(1))
    say(`  ${component} ready again after ${ready} s, every store fresh after ${fresh} s`)
  }
}

async function readComponent(dataDir: string, name: string) {
  const { components } = (await command(dataDir, 'GET', '/status')) as StackStatus
  const component = components.find((each) => each.name === name)
  if (component === undefined) throw new Error(`the stack has no component ${name}`)
  return component
}

const PATIENCE_MS = 120_000

/** Asks again until it is so; an answer that fails is an answer like no. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not back within ${PATIENCE_MS / 1_000} s`)
    await pause(LOOK_AGAIN_MS)
  }
}
