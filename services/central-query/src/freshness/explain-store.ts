import type { ConnectorStatus } from './connectors.ts'
import type { Halt, StoreFacts } from './facts-sql.ts'
import type { FreshnessView } from './freshness-view.ts'

/** What is known about all stores and the platform. */
export interface Surroundings {
  nowMs: number
  stores: number
  storesBehind: number
  /** How long ago the newest proof of any store was; null when there is none. */
  newestAgeMs: number | null
  /** Whether central's clocks have a checked bound; without one ages are unknown. */
  clockIsKnown: boolean
  /** How long central's database has been silent; 0 while it answers. */
  databaseSilentMs: number
  /** `null` when no address of Connect is configured. */
  connect: 'answers' | 'silent' | null
  /** For how long Connect has answered again after an outage; null when no outage was seen. */
  connectBackForMs: number | null
  halts: readonly Halt[]
}

/** A restarted connector reports RUNNING at once and reads some 20 s later, on two busy cores. */
const CONNECT_BEGINS_MS = 60_000

export interface Evidence {
  freshness: FreshnessView
  facts: StoreFacts | undefined
  /** Undefined when Connect knows no connector of that name. */
  connector: ConnectorStatus | undefined
}

/**
 * One sentence for people: the likeliest cause why this store is behind; null when it isn't. It is guessed from what
 * central sees, so it may be wrong about the cause, never about the state.
 */
export function explainStore({ freshness, facts, connector }: Evidence, around: Surroundings): string | null {
  const name = facts?.connector ?? 'of this store'
  const fromConnector = () => explainConnector(name, connector, around)
  if (around.databaseSilentMs > 0) {
    const silent = seconds(around.databaseSilentMs)
    return `central's database has not answered for ${silent}: answers come from the cache and only get older`
  }
  if (freshness.suspect !== undefined) return `suspect: ${freshness.suspect}`
  if (!around.clockIsKnown) {
    return "age unknown: no central-update has compared its clock with central's database for 10 minutes"
  }
  // A connector that has just failed leaves its store fresh for a few seconds more.
  if (freshness.state === 'fresh') return connector?.state === 'FAILED' ? fromConnector() : null

  const halt = around.halts[0]
  return (
    fromConnector() ??
    (halt &&
      `partition ${halt.partition} of ${halt.topic} is halted until a person resumes it: ${halt.reason}`) ??
    explainAll(around) ??
    explainAlone(name, { freshness, facts }, around)
  )
}

function explainConnector(
  name: string,
  connector: ConnectorStatus | undefined,
  { connect }: Surroundings,
): string | null {
  if (connect === null) return null
  if (connect === 'silent') return 'Connect does not answer: no entry of any store can arrive'
  if (connector === undefined) return `Connect has no connector ${name}`
  if (connector.state === 'RUNNING') return null
  return `connector ${name} is ${connector.state}${connector.reason === null ? '' : `: ${connector.reason}`}`
}

/** When no store advances, the cause is a component that they share. */
function explainAll(around: Surroundings): string | null {
  const { stores, storesBehind, newestAgeMs, connect, connectBackForMs } = around
  if (stores < 2 || storesBehind < stores) return null
  if (newestAgeMs === null) return 'no store has ever sent a beat: central-update or Kafka is not running'
  if (connectBackForMs !== null && connectBackForMs < CONNECT_BEGINS_MS) {
    const back = seconds(connectBackForMs)
    return `Connect was down and has answered again for ${back}: its connectors are still catching up`
  }
  // An outage of Connect is only seen while freshness is being read, so a restart may have gone unnoticed.
  const orConnect =
    connect === 'answers' && connectBackForMs === null ? ', or Connect has just restarted' : ''
  return `no store has advanced for ${seconds(newestAgeMs)}: central-update is not applying, or Kafka is down${orConnect}`
}

function explainAlone(
  name: string,
  { freshness, facts }: Pick<Evidence, 'freshness' | 'facts'>,
  { nowMs, connect }: Surroundings,
): string {
  const beatAtUs = facts?.beatAtUs ?? null
  if (beatAtUs === null)
    return 'no beat has ever arrived: the store has joined, but its service has sent nothing'
  const beatAgeMs = nowMs - beatAtUs / 1_000
  if (Math.abs(beatAgeMs) <= freshness.slaMs) {
    return 'beats arrive but answer old pings: the store receives no pings from central'
  }
  const runs = connect === null ? '' : `connector ${name} runs, but `
  return (
    `${runs}no beat since ${new Date(beatAtUs / 1_000).toISOString().slice(11, 19)} UTC: ` +
    "the store's service or database is down, or cut off from Kafka"
  )
}

export function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`
}
