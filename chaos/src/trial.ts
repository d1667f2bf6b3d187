import { untilCaughtUp } from '@shelfwire/verify'
import { checkAnswers } from './check/check-answers.ts'
import { checkCentral, countResyncs } from './check/check-central.ts'
import { checkJournal } from './check/check-journal.ts'
import { checkKeys } from './check/check-keys.ts'
import { checkConsumed } from './check/check-metrics.ts'
import { checkSellsOn } from './check/check-sells-on.ts'
import { readRunEntries } from './check/journal-entries.ts'
import { historyOf, keptAttempts, type Restored } from './check/restored.ts'
import type { Violation } from './check/violation.ts'
import { type Watched, watchAnswers } from './check/watch-answers.ts'
import type { Injection } from './faults/timeline.ts'
import type { Stage } from './stage.ts'
import { skusOf } from './workload/draw-request.ts'
import type { Attempt } from './workload/request.ts'
import { askAgain, openShops, runTills } from './workload/run-tills.ts'

export interface TrialWish {
  /** What it is called in reports. */
  title: string
  seed: string
  /** Whether what is played loses entries between a store and central, so that central must ask for them again. */
  losesEntries: boolean
  /** Injects the faults, closes the tills, and resolves when everything is healed. */
  play: (tills: Tills) => Promise<Played>
}

/** The tills of all stores, at work. */
export interface Tills {
  /** Every attempt so far. */
  log: readonly Attempt[]
  /** No new call begins from then on. */
  close(): void
  /** The stores whose tills are paused; `play` adds and removes them. */
  resting: Set<string>
  /** A second service of a store, by its URL: its tills use both in turn; `play` sets and removes it. */
  sideDoors: Map<string, string>
}

/** What was done to the platform. */
export interface Played {
  injections: Injection[]
  /** Violations that only `play` could see. */
  violations: Violation[]
  /** Databases that were restored from a backup: entries after the backup don't count as lost. */
  restored: Restored[]
}

/** The result of one trial. */
export interface Outcome {
  title: string
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
 * One trial: tills sell while things go wrong; then everything is healed, the load stops, central catches up, and
 * every invariant is checked. Throws when something couldn't be checked: that is never a pass.
 */
export async function runTrial(
  stage: Stage,
  { title, seed, losesEntries, play }: TrialWish,
): Promise<Outcome> {
  const log: Attempt[] = []
  const closing = new AbortController()
  const shops = stage.place.stores
  const storeIds = shops.map(({ storeId }) => storeId)
  const tills = {
    ...{ seed, runId: `chaos-${seed}`, shops, log },
    ...{ closing: closing.signal, close: () => closing.abort() },
    ...{ resting: new Set<string>(), sideDoors: new Map<string, string>() },
  }
  const url = stage.place.centralQueryUrl

  const resyncsBefore = await countResyncs(stage.databases)
  await openShops(tills)
  const watch = watchAnswers({ url, skus: skusOf(seed), storeIds })
  try {
    const [played] = await Promise.all([play(tills), runTills(tills)])
    const healedAt = Date.now()
    await askAgain(tills)
    const unproved = await converge(url, storeIds)
    const convergedAfterMs = Date.now() - healedAt
    const watched = await watch.end()

    const violations = [
      ...played.violations,
      ...unproved,
      ...(await checkAll(stage, { log, played, watched, runId: tills.runId })),
    ]
    const resyncs = (await countResyncs(stage.databases)) - resyncsBefore
    if (resyncs > 0 && !losesEntries) violations.push(skipped(resyncs))
    return {
      title,
      operations: log.length,
      acknowledged: log.filter(({ result }) => result === 'ok').length,
      unknown: log.filter(({ result }) => result === 'unknown').length,
      injections: played.injections,
      violations,
      longestStaleMs: Math.max(...watched.longestStaleMs.values()),
      convergedAfterMs,
    }
  } finally {
    closing.abort()
    await watch.end()
  }
}

/** Nothing destroyed what Kafka has acknowledged, so central must have skipped the entries that it asked for. */
function skipped(resyncs: number): Violation {
  const detail = `central asked for missing entries ${resyncs} times although none were lost on their way`
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
  {
    log,
    played,
    watched,
    runId,
  }: { log: readonly Attempt[]; played: Played; watched: Watched; runId: string },
): Promise<Violation[]> {
  const { injections } = played
  const violations: Violation[] = []
  for (const [storeId, store] of databases.stores) {
    const attempts = log.filter(({ request }) => request.storeId === storeId)
    const samples = watched.samples.filter((sample) => sample.storeId === storeId)
    const restored = played.restored.filter((each) => each.storeId === storeId)
    const entries = await readRunEntries(store, runId)
    const history = await historyOf(entries, { databases, storeId, runId, restored })
    violations.push(
      ...(await checkJournal(storeId, store)),
      ...checkKeys(storeId, { attempts: keptAttempts(attempts, restored), entries }),
      ...checkAnswers(storeId, { samples, attempts, entries: history }),
      ...checkSellsOn(storeId, { attempts, injections }),
    )
  }
  for (const storeId of new Set(watched.unexplained)) {
    violations.push({
      invariant: 'I14',
      harm: 'other',
      storeId,
      detail: 'not fresh, without a reason in the answer',
    })
  }
  return [
    ...violations,
    ...(await checkCentral(databases)),
    ...(await checkConsumed(stack.urls.centralUpdate)),
  ]
}
