import { type Books, type Origin, recordFact } from '../journal/books.ts'
import { viewRecorded } from '../journal/entry-view.ts'
import { type KnownKeys, keyOf } from '../requests/remembered.ts'
import { type ChangesSince, decideWrite } from './decide-write.ts'
import { type CaseTwins, nameLines } from './name-lines.ts'
import { refuseLines, refuseRecordedKey, refuseReusedKey } from './refusal.ts'
import type { Write, WriteAnswer } from './write.ts'

/** What this transaction knows of keys, and what it will remember of them. */
export interface Keys extends KnownKeys {
  /** Answers made in this transaction. */
  made: { write: Write; answer: WriteAnswer }[]
}

export interface WriteContext {
  books: Books
  keys: Keys
  since?: ChangesSince | undefined
  /** `refuse` unless told. */
  caseTwins?: CaseTwins | undefined
}

/**
 * Answers one write: what was answered to its key before, else what the books allow now. In memory; the books and
 * the keys are brought along, so that the next write of the batch meets what this one did.
 */
export function answerWrite(write: Write, context: WriteContext): WriteAnswer {
  const { keys } = context
  const key = keyOf(write)
  const before = keys.remembered.get(key)
  if (before !== undefined) {
    return before.bodyHash.equals(write.bodyHash) ? before.answer : refuseReusedKey(write)
  }
  if (keys.recorded.has(key)) return refuseRecordedKey(write)

  const answer = decideAndRecord(write, context)
  keys.remembered.set(key, { bodyHash: write.bodyHash, answer })
  keys.made.push({ write, answer })
  return answer
}

function decideAndRecord(write: Write, { books, since, caseTwins }: WriteContext): WriteAnswer {
  const decision = decideWrite(caseTwins === 'map' ? nameLines(write, books) : write, books, since)
  if (decision.outcome === 'refused') return refuseLines(decision.lines)

  const { caller, requestId, reference, reason } = write
  const origin: Origin = {
    caller,
    requestId,
    reference,
    reason,
    occurredAtUs: write.occurredAtUs ?? books.nowUs,
  }
  const entries = decision.facts.map((fact) => recordFact(books, fact, origin))
  return { status: 201, body: viewRecorded(books.head.storeId, entries) }
}
