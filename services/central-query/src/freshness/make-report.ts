import type { FreshnessClock } from '@shelfwire/central'
import type { Follower } from '../cache/follow-feed.ts'
import type { StockCache } from '../cache/stock-cache.ts'
import type { ConnectorStatus } from './connectors.ts'
import { explainStore, type Surroundings } from './explain-store.ts'
import type { Facts, StoreFacts } from './facts-sql.ts'
import { freshnessByStore } from './freshness-view.ts'
import type { Answered } from './last-answer.ts'
import { type FreshnessReport, type StoreReport, summarise, worseFirst } from './report.ts'

/** A silence of the database shorter than this is not worth a sentence. */
const TELLING_SILENCE_MS = 1_500

export interface ReportSources {
  cache: StockCache
  follower: Pick<Follower, 'readAgeMs'>
  clock: () => FreshnessClock
  facts: () => Promise<Answered<Facts>>
  /** Undefined when CONNECT_URL is not set. */
  connectors: (() => Promise<Answered<Map<string, ConnectorStatus>>>) | undefined
}

/** What the on-call engineer sees. States and ages come from the cache and are there even when nothing else answers. */
export async function makeReport({
  cache,
  follower,
  clock,
  facts,
  connectors,
}: ReportSources): Promise<FreshnessReport> {
  const [answered, connect] = await Promise.all([facts(), connectors?.()])
  const reading = clock()
  const freshnessFor = freshnessByStore(cache.stores, reading)
  const seen = [...cache.stores.keys()].map((storeId) => {
    const storeFacts = answered.value?.stores.get(storeId)
    const connector = connect?.value?.get(storeFacts?.connector ?? '')
    return { storeId, freshness: freshnessFor(storeId).view, facts: storeFacts, connector }
  })
  const ages = seen.flatMap(({ freshness }) => freshness.ageMs ?? [])
  const around: Surroundings = {
    nowMs: reading.nowMs,
    stores: seen.length,
    storesBehind: seen.filter(({ freshness }) => freshness.state !== 'fresh').length,
    newestAgeMs: ages.length === 0 ? null : Math.min(...ages),
    clockIsKnown: reading.clockBoundMs !== null,
    databaseSilentMs: follower.readAgeMs > TELLING_SILENCE_MS ? follower.readAgeMs : 0,
    connect: connect === undefined ? null : connect.trouble === null ? 'answers' : 'silent',
    connectBackForMs: connect?.backForMs ?? null,
    halts: answered.value?.halts ?? [],
  }
  const stores = seen
    .map(({ storeId, ...evidence }): StoreReport => {
      const { freshness, facts: of } = evidence
      return {
        storeId,
        ...freshness,
        ...factsView(of),
        ...connectorView(evidence, around),
        why: explainStore(evidence, around),
      }
    })
    .sort(worseFirst)
  return { at: new Date(reading.nowMs).toISOString(), summary: summarise(stores), stores }
}

function factsView(facts: StoreFacts | undefined) {
  return {
    name: facts?.name ?? null,
    place: facts?.place ?? null,
    cursor: facts?.cursor ?? null,
    missing: facts?.missing ?? null,
    parked: facts?.parked ?? null,
    openCommands: facts?.openCommands ?? null,
    lastLagMs: facts?.lastLagMs ?? null,
    clockSkewMs: facts === undefined ? null : clockSkewMs(facts),
  }
}

/** A beat is written within moments of its ping, so the distance of the two clocks at it is about their skew. */
function clockSkewMs({ beatAtUs, asOfUs }: StoreFacts): number | null {
  return beatAtUs === null || asOfUs === 0 ? null : Math.round((beatAtUs - asOfUs) / 1_000)
}

function connectorView(
  { facts, connector }: { facts: StoreFacts | undefined; connector: ConnectorStatus | undefined },
  { connect }: Surroundings,
): Pick<StoreReport, 'connector'> {
  if (facts === undefined || connect === null) return { connector: null }
  const { state, reason } = connect === 'silent' ? SILENT : (connector ?? MISSING)
  return { connector: { name: facts.connector, state, reason } }
}

const SILENT: ConnectorStatus = { state: 'UNKNOWN', reason: 'Connect does not answer' }
const MISSING: ConnectorStatus = { state: 'MISSING', reason: null }
