import { setTimeout as pause } from 'node:timers/promises'
import { untilCaughtUp } from '@shelfwire/demo'
import { checkAnswers } from './check/check-answers.ts'
import { checkCentral, countResyncs } from './check/check-central.ts'
import { checkJournal } from './check/check-journal.ts'
import { checkKeys } from './check/check-keys.ts'
import { checkConsumed } from './check/check-metrics.ts'
import { checkSellsOn } from './check/check-sells-on.ts'
import { readRunEntries } from './check/journal-entries.ts'
import type { Violation } from './check/violation.ts'
import { type Watched, watchAnswers } from './check/watch-answers.ts'
import type { DrawFault, PartClass } from './faults/fault.ts'
import { drawTimeline, type Injection, runTimeline } from './faults/timeline.ts'
import { randomFrom } from './random.ts'
import type { Stage } from './stage.ts'
import { skusOf } from './workload/draw-request.ts'
import type { Attempt } from './workload/request.ts'
import { askAgain, openShops, runTills } from './workload/run-tills.ts'

export interface TrialWish {
  seed: string
  seconds: number
  kinds: readonly DrawFault[]
  classes: readonly PartClass[]
}

/** What one seed came to. */
export interface Outcome {
  seed: string
  /** Attempts, and those of them that were answered by 2xx or by nothing. */
  operations: number
  acknowledged: number
  unknown: number
  injections: readonly Injection[]
  violations: readonly Violation[]
  longestStaleMs: number
  convergedAfterMs: number
}

/** Central may take so long to be equal to the stores, once everything is healed. */
const CONVERGE_WITHIN_MS = 120_000

/**
 * One seed: tills sell while things go wrong; then everything is healed, the load stops, central catches up, and every
 * promise is checked. Throws when something couldn't be checked: that is never a pass.
 */
export async function runTrial(stage: Stage, wish: TrialWish): Promise<Outcome> {
  const { seed, seconds } = wish
  const log: Attempt[] = []
  const closing = new AbortController()
  const shops = stage.place.stores
  const storeIds = shops.map(({ storeId }) => storeId)
  const tills = { seed, runId: `chaos-${seed}`, shops, closing: closing.signal, log }
  const url = stage.place.centralQueryUrl

  const resyncsBefore = await countResyncs(stage.databases)
  await openShops(tills)
  const watch = watchAnswers({ url, skus: skusOf(seed), storeIds })
  try {
    const planned = drawTimeline(randomFrom(`${seed}/faults`), wish)
    const [injections] = await Promise.all([
      runTimeline(stage, planned),
      runTills(tills),
      pause(seconds * 1_000).then(() => closing.abort()),
    ])
    const healedAt = Date.now()
    await askAgain(tills)
    const unproved = await converge(url, storeIds)
    const convergedAfterMs = Date.now() - healedAt
    const watched = await watch.end()

    const violations = [
      ...unproved,
      ...(await checkAll(stage, { log, injections, watched, runId: tills.runId })),
    ]
    const resyncs = (await countResyncs(stage.databases)) - resyncsBefore
    if (resyncs > 0) violations.push(skipped(resyncs))
    return {
      seed,
      operations: log.length,
      acknowledged: log.filter(({ result }) => result === 'ok').length,
      unknown: log.filter(({ result }) => result === 'unknown').length,
      injections,
      violations,
      longestStaleMs: Math.max(...watched.longestStaleMs.values()),
      convergedAfterMs,
    }
  } finally {
    closing.abort()
    await watch.end()
  }
}

/** None of these faults destroys what Kafka has acknowledged: whoever misses an entry has passed over it. */
function skipped(resyncs: number): Violation {
  const detail = `entries were missed, and asked for again ${resyncs} times, though nothing had lost them`
  return { invariant: 'I10', harm: 'other', storeId: 'central', detail }
}

/** By beats, not by time: each must answer a ping sent after the last sale. */
async function converge(url: string, storeIds: readonly string[]): Promise<Violation[]> {
  const asOfAfter = Date.now()
  const goals = storeIds.map((storeId) => ({ storeId, applied: { epoch: 1, seq: 0 }, asOfAfter }))
  try {
    await untilCaughtUp(url, goals, { withinMs: CONVERGE_WITHIN_MS })
    return []
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [{ invariant: 'I3', harm: 'divergence', storeId: 'central', detail }]
  }
}

async function checkAll(
  { databases, stack }: Stage,
  seen: { log: readonly Attempt[]; injections: readonly Injection[]; watched: Watched; runId: string },
): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const [storeId, store] of databases.stores) {
    const attempts = seen.log.filter(({ request }) => request.storeId === storeId)
    const samples = seen.watched.samples.filter((sample) => sample.storeId === storeId)
    const forgot = seen.injections.some(({ part, forgets }) => part === storeId && forgets)
    const entries = await readRunEntries(store, seen.runId)
    violations.push(
      ...(await checkJournal(storeId, store)),
      ...checkKeys(storeId, { attempts, entries, forgot }),
      ...checkAnswers(storeId, { samples, attempts, entries }),
      ...checkSellsOn(storeId, { attempts, injections: seen.injections }),
    )
  }
  for (const storeId of new Set(seen.watched.unexplained)) {
    violations.push({ invariant: 'I14', harm: 'other', storeId, detail: 'not fresh, and nobody says why' })
  }
  return [
    ...violations,
    ...(await checkCentral(databases)),
    ...(await checkConsumed(stack.urls.centralUpdate)),
  ]
}
