import { MAX_QUANTITY, normalizeSku, usOfIso } from '@shelfwire/contracts'
import type { FieldProblem } from '@shelfwire/http'
import { fingerprintOf, type RequestKey } from '@shelfwire/idempotency'
import { foldSku } from '../stock/level.ts'
import type { Write, WriteKind, WriteLine } from './write.ts'
import type { WriteBody } from './write-body.ts'

/** The write that a validated body stands for, or what is wrong with it although each of its fields is right. */
export function parseWrite(kind: WriteKind, body: WriteBody, key: RequestKey): Write | FieldProblem[] {
  const named = body.lines.map(({ sku, quantity }) => ({ sku: normalizeSku(sku), quantity }))
  const lines = kind === 'count' ? named : sumLines(named)
  const occurredAt = body.observedAt ?? body.occurredAt
  const occurredAtUs = occurredAt === undefined ? null : usOfIso(occurredAt)
  const problems = kind === 'count' ? countedTwice(lines) : sumsOutOfRange(kind, lines)
  if (problems.length > 0) return problems

  const { policy = 'refuse', reference = null, reason = null } = body
  const sentLines = body.lines.map(({ sku, quantity }) => [sku, quantity])
  const fingerprint = fingerprintOf([kind, sentLines, policy, reference, reason, occurredAtUs])
  const { caller, requestId } = key
  return { kind, caller, requestId, fingerprint, lines, policy, reference, reason, occurredAtUs }
}

/** Lines by SKU, in the order of their first. */
export function sumLines(lines: readonly WriteLine[]): WriteLine[] {
  const units = new Map<string, number>()
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return [...units].map(([sku, quantity]) => ({ sku, quantity }))
}

function sumsOutOfRange(kind: WriteKind, lines: readonly WriteLine[]): FieldProblem[] {
  return lines.flatMap(({ sku, quantity }) => {
    const legal = `must add up to ${kind === 'adjustment' ? `-${MAX_QUANTITY}` : 1} to ${MAX_QUANTITY}, not 0`
    if (quantity !== 0 && Math.abs(quantity) <= MAX_QUANTITY) return []
    return [{ field: 'lines', message: `the lines of ${sku} add up to ${quantity}; they ${legal}` }]
  })
}

function countedTwice(lines: readonly WriteLine[]): FieldProblem[] {
  const first = new Map<string, number>()
  return lines.flatMap(({ sku }, index) => {
    const before = first.get(foldSku(sku))
    if (before === undefined) first.set(foldSku(sku), index)
    if (before === undefined) return []
    // Two shelves of one SKU, or a slip: the store can't know, and guessing would lose units.
    const other = lines[before]?.sku
    const spelling = other === sku ? '' : ` as ${other}, which differs only in case`
    const message = `${sku} is counted in lines[${before}] already${spelling}; add the shelves up and count each SKU once`
    return [{ field: `lines[${index}].sku`, message }]
  })
}
