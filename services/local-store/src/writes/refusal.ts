import { MAX_LEVEL } from '@shelfwire/contracts'
import { type FieldProblem, invalid, problem } from '@shelfwire/http'
import type { Write, WriteAnswer } from './write.ts'

/** Why one line can't be written, and what there was. */
export interface RefusedLine {
  code: 'unknown_sku' | 'insufficient_stock' | 'level_too_large' | 'sku_case_conflict' | 'count_superseded'
  sku: string
  quantity: number
  onHand: number
  held: number
  /** For `sku_case_conflict`: the SKU that exists. */
  existingSku?: string
  /** For `count_superseded`: when the newer count's observer looked. */
  countedAt?: string
}

/** How many lines the sentence names; the body's `lines` has them all. */
const NAMED_LINES = 5

/** One status for each code, whoever says it. */
const STATUS: Record<RefusedLine['code'], number> = {
  unknown_sku: 404,
  insufficient_stock: 409,
  level_too_large: 409,
  sku_case_conflict: 409,
  count_superseded: 409,
}

/** Refused by what the store has: the first line's code and status, and every refused line. Takes at least one. */
export function refuseLines(lines: readonly [RefusedLine, ...RefusedLine[]]): WriteAnswer {
  const sentences = lines.slice(0, NAMED_LINES).map(sentenceOf)
  if (lines.length > NAMED_LINES) sentences.push(`and ${lines.length - NAMED_LINES} more lines`)
  const { code } = lines[0]
  return toAnswer(
    problem({ status: STATUS[code], code, detail: sentences.join('; '), extensions: { lines } }),
  )
}

/** The key is known with another body: 422, and it never becomes right. */
export function refuseReusedKey({ requestId }: Write): WriteAnswer {
  const detail = `the key ${requestId} was used for another request; take a new key for each intended write`
  return toAnswer(problem({ status: 422, code: 'idempotency_key_reused', detail }))
}

/** The key is in the journal, but older than the answers that are kept. */
export function refuseRecordedKey({ requestId }: Write): WriteAnswer {
  const detail = `the request with key ${requestId} was recorded before; nothing was written again`
  return toAnswer(problem({ status: 409, code: 'already_recorded', detail }))
}

/** The count's time is out of bounds. */
export function refuseTime(found: FieldProblem): WriteAnswer {
  return toAnswer(invalid([found]))
}

function sentenceOf({ code, sku, onHand, held, quantity, existingSku, countedAt }: RefusedLine): string {
  switch (code) {
    case 'unknown_sku':
      return `${sku}: unknown; it appears with its first receipt or count`
    case 'insufficient_stock':
      return `${sku}: quantity ${quantity} is more than the books allow: ${onHand} on hand, of which ${held} held`
    case 'level_too_large':
      return `${sku}: ${onHand} on hand and ${quantity} more are beyond ${MAX_LEVEL}`
    case 'sku_case_conflict':
      return `${sku}: differs only in case from ${existingSku}`
    case 'count_superseded':
      return `${sku}: counted again at ${countedAt}, after this count's observer looked`
  }
}

function toAnswer({ status, body }: { status: number; body?: unknown }): WriteAnswer {
  return { status, body: body as object }
}
