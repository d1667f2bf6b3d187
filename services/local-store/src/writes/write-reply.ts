import { isoOfUs, MAX_LEVEL } from '@shelfwire/contracts'
import { invalid, problem, type Reply } from '@shelfwire/http'
import { viewRecorded } from '../journal/entry-view.ts'
import type { RefusedLine, WriteOutcome } from './write.ts'

export const RECORDED_STATUS = 201
const REFUSED: Record<RefusedLine['code'], number> = {
  unknown_sku: 404,
  insufficient_stock: 409,
  level_too_large: 409,
  sku_case_conflict: 409,
  count_superseded: 409,
}
/** How many lines the sentence names; the body's `lines` has them all. */
const NAMED_LINES = 5

/** A reply without headers; {@link replyOf} adds them. */
export interface Answer {
  status: number
  body: object
}

/** What a till is answered. */
export function replyOf(outcome: WriteOutcome): Reply {
  const { status, body } = answerOf(outcome)
  return status < 400
    ? { status, body }
    : { status, body, headers: { 'content-type': 'application/problem+json' } }
}

/** Status and body for an outcome. */
export function answerOf(outcome: WriteOutcome): Answer {
  if (outcome.outcome === 'recorded')
    return { status: RECORDED_STATUS, body: viewRecorded(outcome.storeId, outcome.entries) }
  if (outcome.outcome === 'repeated') {
    const { status, text } = outcome.answer
    return { status, body: JSON.parse(text) }
  }
  switch (outcome.code) {
    case 'idempotency_key_reused': {
      const detail = `the key ${outcome.requestId} was used for another request; take a new key for each intended write`
      return refuse({ status: 422, code: outcome.code, detail })
    }
    case 'already_recorded': {
      const detail = `the request with key ${outcome.requestId} was recorded before; nothing was written again`
      return refuse({ status: 409, code: outcome.code, detail })
    }
    case 'time_out_of_bounds': {
      const bounds = `from ${isoOfUs(outcome.fromUs)} to ${isoOfUs(outcome.toUs)}`
      const message = `must be ${bounds} by the store's clock; nothing was written`
      return toAnswer(invalid([{ field: 'observedAt', message }]))
    }
    default:
      return refuseLines(outcome.code, outcome.lines)
  }
}

function refuseLines(code: RefusedLine['code'], lines: readonly RefusedLine[]): Answer {
  const sentences = lines.slice(0, NAMED_LINES).map(sentenceOf)
  if (lines.length > NAMED_LINES) sentences.push(`and ${lines.length - NAMED_LINES} more lines`)
  return refuse({ status: REFUSED[code], code, detail: sentences.join('; '), extensions: { lines } })
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

function refuse(about: Parameters<typeof problem>[0]): Answer {
  return toAnswer(problem(about))
}

function toAnswer({ status, body }: Reply): Answer {
  return { status, body: body as object }
}
