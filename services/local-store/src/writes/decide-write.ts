import { isoOfUs } from '@shelfwire/contracts'
import { type Books, type Fact, rowOf } from '../journal/books.ts'
import { decideLine } from '../stock/decide-line.ts'
import { foldSku } from '../stock/level.ts'
import type { RefusedLine } from './refusal.ts'
import type { Write, WriteLine } from './write.ts'

export type WriteDecision =
  | { outcome: 'recorded'; facts: Fact[] }
  | { outcome: 'refused'; lines: [RefusedLine, ...RefusedLine[]] }

/** By folded SKU: the sum of what was recorded of it as having happened after a count's observer looked. */
export type ChangesSince = ReadonlyMap<string, number>

/** One write against the books: the facts it becomes, or every line that stands against it. Changes nothing. */
export function decideWrite(write: Write, books: Books, since: ChangesSince = new Map()): WriteDecision {
  const facts: Fact[] = []
  const refused: RefusedLine[] = []
  const newSkus = new Map<string, string>()
  for (const line of write.lines) {
    const decided = decideWriteLine(write, { line, books, since, newSkus })
    if (Array.isArray(decided)) facts.push(...decided)
    else refused.push(decided)
  }
  const [first, ...others] = refused
  return first === undefined
    ? { outcome: 'recorded', facts }
    : { outcome: 'refused', lines: [first, ...others] }
}

interface LineContext {
  line: WriteLine
  books: Books
  since: ChangesSince
  /** SKUs that earlier lines of this write bring in, by folded name. */
  newSkus: Map<string, string>
}

function decideWriteLine(write: Write, context: LineContext): Fact[] | RefusedLine {
  const { line, books, since, newSkus } = context
  const { sku, quantity } = line
  const row = rowOf(books, sku)
  const refuse = (code: RefusedLine['code'], more: Partial<RefusedLine> = {}): RefusedLine => {
    return { code, sku, quantity, onHand: row?.onHand ?? 0, held: row?.held ?? 0, ...more }
  }

  const existingSku = books.stock.get(foldSku(sku))?.sku ?? newSkus.get(foldSku(sku))
  if (existingSku !== undefined && existingSku !== sku) return refuse('sku_case_conflict', { existingSku })
  if (write.kind === 'count' && row?.countedAtUs && row.countedAtUs > (write.occurredAtUs ?? 0)) {
    // What it saw is in the newer count already; correcting by both would correct twice.
    return refuse('count_superseded', { countedAt: isoOfUs(row.countedAtUs) })
  }

  const onHandDelta = deltaOf(write, {
    quantity,
    levelSeen: (row?.onHand ?? 0) - (since.get(foldSku(sku)) ?? 0),
  })
  const createsSku = write.kind === 'receipt' || write.kind === 'count'
  const decision = decideLine(row, { onHandDelta, createsSku, policy: write.policy })
  if (decision.outcome === 'refused') return refuse(decision.code)

  if (row === undefined) newSkus.set(foldSku(sku), sku)
  const { missingUnits } = decision
  const discrepancy: Fact[] =
    missingUnits > 0 ? [{ sku, kind: 'discrepancy', onHandDelta: missingUnits }] : []
  return [...discrepancy, { sku, kind: write.kind, onHandDelta }]
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
