import { isDeepStrictEqual } from 'node:util'
import { type Attempt, entriesOf, type Request } from '../workload/request.ts'
import type { JournalEntry } from './journal-entries.ts'
import type { Harm, Violation } from './violation.ts'

/**
 * Compares a store's answers with its journal, key by key (I6, I7): an acknowledged request has
 * exactly the entries its answer named, a refused one has none, an unknown one is there once as a whole or not at all.
 */
export function checkKeys(
  storeId: string,
  { attempts, entries }: { attempts: readonly Attempt[]; entries: readonly JournalEntry[] },
): Violation[] {
  const written = Map.groupBy(entries, ({ requestId }) => requestId)
  const asked = Map.groupBy(attempts, ({ request }) => request.key)
  const violations: Violation[] = []
  for (const key of new Set([...asked.keys(), ...written.keys()])) {
    const blame = (invariant: string, harm: Harm, detail: string) =>
      violations.push({ invariant, harm, storeId, detail: `${key}: ${detail}` })
    const ofKey = { attempts: asked.get(key) ?? [], entries: written.get(key) ?? [] }
    checkOnce(ofKey, blame)
    checkSameAnswer(ofKey.attempts, blame)
  }
  return violations
}

interface OfKey {
  attempts: readonly Attempt[]
  entries: readonly JournalEntry[]
}

type Blame = (invariant: string, harm: Harm, detail: string) => void

function checkOnce({ attempts, entries }: OfKey, blame: Blame): void {
  const acknowledged = attempts.find(({ result }) => result === 'ok')
  if (acknowledged !== undefined) {
    const named = entriesOf(acknowledged)
    const has = new Set(entries.map(placeOf))
    const missing = named.filter((entry) => !has.has(placeOf(entry)))
    if (missing.length > 0)
      blame('I6', 'lost', `acknowledged, not in the journal: ${JSON.stringify(missing)}`)
    else if (entries.length > named.length)
      blame('I6', 'repeated', `${named.length} entries acknowledged, ${entries.length} written`)
    else if (!isEffectOf(acknowledged.request, entries))
      blame('I6', 'other', `${JSON.stringify(acknowledged.request.body)} became ${JSON.stringify(entries)}`)
    return
  }
  if (entries.length === 0) return
  const possible = [...new Set(attempts.filter(isOpen).map(({ request }) => request))]
  if (possible.length === 0)
    blame('I6', 'repeated', `never sent, or refused, yet written: ${JSON.stringify(entries)}`)
  else if (!possible.some((request) => isEffectOf(request, entries)))
    blame('I6', 'repeated', `not what was sent, once: ${JSON.stringify(entries)}`)
}

/** Whether the request may have been recorded although no answer acknowledges it. */
function isOpen({ result }: Attempt): boolean {
  return result === 'unknown'
}

function placeOf({ epoch, seq, sku, onHandDelta, onHand }: Omit<JournalEntry, 'requestId' | 'kind'>): string {
  return `${epoch}/${seq} ${sku} ${onHandDelta} ${onHand}`
}

/** Whether these entries are the whole of a request, done once. */
export function isEffectOf({ kind, body }: Request, entries: readonly JournalEntry[]): boolean {
  const facts = entries.filter((entry) => entry.kind !== 'discrepancy')
  if (facts.length < entries.length && body.policy !== 'record') return false
  const wanted = new Map<string, number>()
  for (const { sku, quantity } of body.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity)
  if (facts.length !== wanted.size || !facts.every((fact) => fact.kind === kind)) return false
  // A count's delta depends on what was there, so only its SKUs can be compared.
  return facts.every(({ sku, onHandDelta }) => {
    const units = wanted.get(sku)
    return units !== undefined && (kind === 'count' || onHandDelta === (kind === 'sale' ? -units : units))
  })
}

function checkSameAnswer(attempts: readonly Attempt[], blame: Blame): void {
  // Answers to bad input are not kept (among them a count whose time is too long ago): they may change with time.
  const final = attempts.filter(({ result, status }) => result !== 'unknown' && status !== 400)
  const ruling = final.filter(({ status }) => status !== 422).sort((a, b) => a.answeredAt - b.answeredAt)
  const [first] = ruling
  if (first === undefined) return
  for (const other of ruling) {
    const answers = JSON.stringify([first.answer, other.answer])
    if (!isSame(other.request, first.request))
      blame('I7', 'repeated', `two bodies under one key were both taken: ${answers}`)
    else if (other.status !== first.status || !isDeepStrictEqual(other.answer, first.answer))
      blame('I7', 'other', `answered ${first.status}, then ${other.status}: ${answers}`)
  }
  const denied = final.filter(({ status, request }) => status === 422 && isSame(request, first.request))
  if (denied.length > 0) blame('I7', 'other', `answered ${first.status}, and to the same body 422`)
}

/** By value: a till may make the same mistake twice. */
function isSame(one: Request, other: Request): boolean {
  return isDeepStrictEqual(one, other)
}
