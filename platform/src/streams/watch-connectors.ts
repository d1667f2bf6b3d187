import { setTimeout as wait } from 'node:timers/promises'
import { Backoff } from '../supervise/backoff.ts'
import { type ConnectApi, type ConnectorState, firstLine } from './connect-api.ts'

const LOOK_EVERY_MS = 2000

export type ConnectorWatch = {
  api: Pick<ConnectApi, 'states' | 'clusterId' | 'restartFailed'>
  /** Names of the connectors that must be there. */
  wanted: () => Iterable<string>
  /** Sets a connector that is missing. */
  set: (name: string) => Promise<void>
  /** The id of the cluster whose data the broker has; null when it can't be read. */
  clusterId: () => Promise<string | null>
  restartConnect: () => void
  log: (line: string) => void
}

type Trouble = { backoff: Backoff; restartAt: number; runningSince: number }

/** Polls Connect, restarts what has failed and creates connectors that are missing, until it is aborted. */
export async function watchConnectors(watch: ConnectorWatch, stop: AbortSignal): Promise<void> {
  const look = connectorLook(watch)
  while (!stop.aborted) {
    // The supervisor reports it when Connect itself is down.
    await look().catch(() => {})
    await wait(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {})
  }
}

/** One look after the other, each remembering what the one before has seen. Throws when Connect doesn't answer. */
export function connectorLook(watch: ConnectorWatch): () => Promise<void> {
  const { api, wanted, set, clusterId, restartConnect, log } = watch
  const troubles = new Map<string, Trouble>()
  let missingBefore: ReadonlySet<string> = new Set()

  /** True when Connect serves a cluster that was replaced: it works from memory, and nothing it stores survives. */
  async function isOfAnotherCluster(): Promise<boolean> {
    const [own, brokers] = await Promise.all([api.clusterId(), clusterId()])
    return own !== null && brokers !== null && own !== brokers
  }

  async function treat(state: ConnectorState): Promise<void> {
    const now = Date.now()
    const trouble = troubles.get(state.name) ?? { backoff: new Backoff(), restartAt: 0, runningSince: now }
    troubles.set(state.name, trouble)
    const failed = [state.connector, ...state.tasks].find((each) => each.state === 'FAILED')
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

  /** Missing in two polls: a worker that has just started may not have read its configuration yet. */
  async function setMissing(there: ReadonlySet<string>): Promise<void> {
    const missing = new Set([...wanted()].filter((name) => !there.has(name)))
    for (const name of missing) {
      if (!missingBefore.has(name)) continue
      log(`connector ${name} is missing; creating it again`)
      await set(name).catch((error: Error) => log(`connector ${name} can't be created: ${error.message}`))
    }
    missingBefore = missing
  }

  return async () => {
    if (await isOfAnotherCluster()) {
      log('Kafka lost the topics of Connect; restarting Connect')
      restartConnect()
      return
    }
    const states = await api.states()
    for (const state of states) await treat(state).catch(() => {})
    await setMissing(new Set(states.map(({ name }) => name)))
  }
}
