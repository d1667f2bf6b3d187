import { setTimeout as wait } from 'node:timers/promises'
import { Backoff } from '../supervise/backoff.ts'
import { type ConnectApi, type ConnectorState, firstLine } from './connect-api.ts'

const LOOK_EVERY_MS = 2000

type Trouble = { backoff: Backoff; restartAt: number; runningSince: number }

/** Looks at every connector and restarts what has failed, saying why, until it is aborted. */
export async function watchConnectors(
  api: ConnectApi,
  log: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const troubles = new Map<string, Trouble>()
  while (!stop.aborted) {
    // Connect that is down is its part's affair, and is reported there.
    const states = await api.states().catch(() => [])
    for (const state of states) await treat(state, troubles, api, log).catch(() => {})
    await wait(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {})
  }
}

async function treat(
  state: ConnectorState,
  troubles: Map<string, Trouble>,
  api: ConnectApi,
  log: (line: string) => void,
): Promise<void> {
  const now = Date.now()
  const trouble = troubles.get(state.name) ?? { backoff: new Backoff(), restartAt: 0, runningSince: now }
  troubles.set(state.name, trouble)
  const failed = [state.connector, ...state.tasks].find((part) => part.state === 'FAILED')
  if (!failed) return
  if (trouble.restartAt === 0) {
    const pauseMs = trouble.backoff.pauseMs(now - trouble.runningSince)
    trouble.restartAt = now + pauseMs
    log(`connector ${state.name} failed; restarting it in ${pauseMs / 1000} s. ${firstLine(failed.trace)}`)
  }
  if (now < trouble.restartAt) return
  await api.restartFailed(state.name)
  trouble.restartAt = 0
  trouble.runningSince = now
}
