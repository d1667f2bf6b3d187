import { setTimeout as pause } from 'node:timers/promises'
import { readFreshness } from './freshness.ts'

const POLL_EVERY_MS = 50
const BACK_WITHIN_MS = 120_000

/** One component of each class, in the order in which they are killed. */
export const VICTIMS = [
  'store-1',
  'central-update',
  'connect',
  'kafka',
  'mysql-store-1',
  'mysql-central',
] as const

/** A running platform as far as a kill needs it. */
export interface KillTarget {
  centralQueryUrl: string
  /** A component's status from the supervisor; throws when there is none of that name. */
  statusOf(component: string): Promise<{ pid: number | null; state: string }>
}

export interface Kill {
  component: string
  /** From the kill until the component was ready again, in ms. */
  readyAfterMs: number
  /** From the kill until every store was fresh by a ping sent after that, in ms. */
  freshAfterMs: number
}

/**
 * `kill -9` of one component. Resolves when the supervisor has restarted it and every store is fresh again; throws when
 * it isn't running, and after two minutes.
 */
export async function killComponent(target: KillTarget, component: string): Promise<Kill> {
  const before = await target.statusOf(component)
  if (before.pid === null) throw new Error(`${component} isn't running`)
  const killedAt = Date.now()
  process.kill(before.pid, 'SIGKILL')
  await until(`${component} ready`, async () => {
    const { pid, state } = await target.statusOf(component)
    return state === 'ready' && pid !== before.pid
  })
  const readyAt = Date.now()
  await until(`every store fresh after ${component} was killed`, async () => {
    const stores = await readFreshness(target.centralQueryUrl)
    return stores.every(({ state, asOf }) => state === 'fresh' && asOf !== null && Date.parse(asOf) > readyAt)
  })
  return { component, readyAfterMs: readyAt - killedAt, freshAfterMs: Date.now() - killedAt }
}

/** Polls until `holds` answers true; a call that fails counts as no. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + BACK_WITHIN_MS
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${BACK_WITHIN_MS / 1_000} s: ${what}`)
    await pause(POLL_EVERY_MS)
  }
}
