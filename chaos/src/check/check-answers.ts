import { available, MAX_CLOCK_BOUND_MS } from '@shelfwire/central'
import { type Attempt, entriesOf } from '../workload/request.ts'
import type { JournalEntry } from './journal-entries.ts'
import type { Violation } from './violation.ts'
import type { Sample } from './watch-answers.ts'

/**
 * Compares central's answers with what one store had acknowledged (I11, I12). An answer with `asOf` claims that it has
 * everything the store committed before; so the level it shows must be that of the SKU's last entry acknowledged
 * before `asOf`, or of a later one. And `fresh` claims that `asOf` is no older than the SLA.
 */
export function checkAnswers(
  storeId: string,
  {
    samples,
    attempts,
    entries,
  }: { samples: readonly Sample[]; attempts: readonly Attempt[]; entries: readonly JournalEntry[] },
): Violation[] {
  const histories = historiesOf(attempts, entries)
  const violations: Violation[] = []
  for (const sample of samples) {
    const shown = () => JSON.stringify(sample)
    if (sample.available !== available(sample)) {
      violations.push({ invariant: 'I11', harm: 'other', storeId, detail: `not the formula: ${shown()}` })
    }
    if (sample.state === 'fresh' && !isWithinSla(sample)) {
      violations.push({
        invariant: 'I12',
        harm: 'false-fresh',
        storeId,
        detail: `older than the SLA, or from the future: ${shown()}`,
      })
    }
    const history = histories.get(sample.sku)
    if (history === undefined) continue
    const from = acknowledgedBefore(history, sample.asOf ?? 0)
    if (history.levels.slice(Math.max(0, from)).includes(sample.onHand)) continue
    if (from < 0 && sample.onHand === 0) continue
    const proved = JSON.stringify(history.entries[from] ?? null)
    const invariant = history.levels.includes(sample.onHand) ? 'I12' : 'I11'
    const detail = `${shown()} lacks what was acknowledged before its asOf: ${proved}`
    violations.push({ invariant, harm: 'false-fresh', storeId, detail })
  }
  return violations
}

/**
 * The server answers between the request and its answer. So an `asOf` that the server found within the SLA is within it
 * at the time of the request, and one that it found in the past is in the past when the answer arrives.
 */
function isWithinSla({ askedAt, answeredAt, asOf, slaMs, ageMs }: Sample): boolean {
  if (asOf === null || ageMs === null) return false
  return ageMs <= slaMs && asOf >= askedAt - slaMs && asOf <= answeredAt + MAX_CLOCK_BOUND_MS
}

interface History {
  entries: JournalEntry[]
  levels: number[]
  /** For each entry, when an answer first acknowledged it; infinite when none has. */
  acknowledgedAt: number[]
}

/** The index of the last entry that was acknowledged before `time`; -1 when none was. */
function acknowledgedBefore({ acknowledgedAt }: History, time: number): number {
  return acknowledgedAt.findLastIndex((at) => at < time)
}

function historiesOf(
  attempts: readonly Attempt[],
  entries: readonly JournalEntry[],
): ReadonlyMap<string, History> {
  const answeredAt = new Map<string, number>()
  for (const attempt of attempts) {
    if (attempt.result !== 'ok') continue
    for (const { epoch, seq } of entriesOf(attempt)) {
      const place = `${epoch}/${seq}`
      answeredAt.set(place, Math.min(attempt.answeredAt, answeredAt.get(place) ?? Number.POSITIVE_INFINITY))
    }
  }
  const histories = new Map<string, History>()
  for (const entry of entries) {
    const history = histories.get(entry.sku) ?? { entries: [], levels: [], acknowledgedAt: [] }
    histories.set(entry.sku, history)
    history.entries.push(entry)
    history.levels.push(entry.onHand)
    const at = answeredAt.get(`${entry.epoch}/${entry.seq}`) ?? entry.standsSince
    history.acknowledgedAt.push(at ?? Number.POSITIVE_INFINITY)
  }
  return histories
}
