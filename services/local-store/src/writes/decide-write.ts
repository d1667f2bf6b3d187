import { type Entry, isoOfUs } from '@shelfwire/contracts'
import { rowLike, rowOf } from '../journal/books.ts'
import { createSku, type Draft, type Origin, recordFact } from '../journal/draft.ts'
import { decideLine } from '../stock/decide-line.ts'
import { foldSku } from '../stock/level.ts'
import type { RefusedLine, Write, WriteLine } from './write.ts'

export type WriteDecision =
  | { outcome: 'recorded'; entries: Entry[] }
  | { outcome: 'refused'; lines: [RefusedLine, ...RefusedLine[]] }

/** By folded SKU: the sum of what was recorded as having happened after a count's observer looked. */
export type ChangesSince = ReadonlyMap<string, number>

/**
 * Decides one write line by line, recording each in the draft; or names every line that the books don't allow, and then
 * the draft is to be discarded. `occurredAtUs` is what the entries say of when it happened.
 */
export function decideWrite(
  write: Write,
  draft: Draft,
  { occurredAtUs, since = new Map() }: { occurredAtUs: number; since?: ChangesSince | undefined },
): WriteDecision {
  const { caller, requestId, reference, reason } = write
  const origin: Origin = { caller, requestId, reference, reason, occurredAtUs }
  const entries: Entry[] = []
  const refused: RefusedLine[] = []
  for (const line of write.lines) {
    const decided = decideWriteLine(write, { line, draft, origin, since })
    if (Array.isArray(decided)) entries.push(...decided)
    else refused.push(decided)
  }
  const [first, ...others] = refused
  return first === undefined
    ? { outcome: 'recorded', entries }
    : { outcome: 'refused', lines: [first, ...others] }
}

interface LineContext {
  line: WriteLine
  draft: Draft
  origin: Origin
  since: ChangesSince
}

function decideWriteLine(write: Write, context: LineContext): Entry[] | RefusedLine {
  const { line, draft, origin, since } = context
  const { sku, quantity } = line
  const row = rowOf(draft.books, sku)
  const refuse = (code: RefusedLine['code'], more: Partial<RefusedLine> = {}): RefusedLine => {
    return { code, sku, quantity, onHand: row?.onHand ?? 0, held: row?.held ?? 0, ...more }
  }

  const existingSku = rowLike(draft.books, sku)?.sku
  if (existingSku !== undefined && existingSku !== sku) return refuse('sku_case_conflict', { existingSku })
  if (write.kind === 'count' && row?.countedAtUs && row.countedAtUs > (write.occurredAtUs ?? 0)) {
    // What this observer saw is in the newer count; correcting by both would correct twice.
    return refuse('count_superseded', { countedAt: isoOfUs(row.countedAtUs) })
  }

  const onHandDelta = deltaOf(write, {
    quantity,
    levelSeen: (row?.onHand ?? 0) - (since.get(foldSku(sku)) ?? 0),
  })
  const createsSku = write.kind === 'receipt' || write.kind === 'count'
  const decision = decideLine(row, { onHandDelta, createsSku, policy: write.policy })
  if (decision.outcome === 'refused') return refuse(decision.code)

  if (row === undefined) createSku(draft, sku)
  const { missingUnits } = decision
  const entries: Entry[] = []
  if (missingUnits > 0)
    entries.push(recordFact(draft, { sku, kind: 'discrepancy', onHandDelta: missingUnits, origin }))
  entries.push(recordFact(draft, { sku, kind: write.kind, onHandDelta, origin }))
  return entries
}

function deltaOf({ kind }: Write, { quantity, levelSeen }: { quantity: number; levelSeen: number }): number {
  switch (kind) {
    case 'sale':
      return -quantity
    case 'return':
    case 'receipt':
    case 'adjustment':
      return quantity
    case 'count':
      return quantity - levelSeen
  }
}
