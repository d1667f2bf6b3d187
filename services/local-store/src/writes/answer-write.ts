import type { Books } from '../journal/books.ts'
import { discardDraft, openDraft } from '../journal/draft.ts'
import { viewRecorded } from '../journal/entry-view.ts'
import { type KnownKeys, keyOf } from '../requests/remembered.ts'
import { type ChangesSince, decideWrite } from './decide-write.ts'
import { type CaseTwins, nameLines } from './name-lines.ts'
import { refuseLines, refuseRecordedKey, refuseReusedKey, refuseTime } from './refusal.ts'
import { timeWrite } from './time-write.ts'
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

export interface AnsweredWrite {
  answer: WriteAnswer
  /** Whether the till's time was impossible and its entries have the store's; see {@link timeWrite}. */
  isTimeReplaced: boolean
}

/**
 * Answers one write: what was answered to its key before, else what the books allow now. In memory; the books and
 * the keys are brought along, so that the next write of the batch meets what this one did. Nothing is judged before the
 * key, so that a resend is never told that nothing was written.
 */
export function answerWrite(write: Write, context: WriteContext): AnsweredWrite {
  const { keys, books, since } = context
  const key = keyOf(write)
  const known = (answer: WriteAnswer) => ({ answer, isTimeReplaced: false })
  const before = keys.remembered.get(key)
  if (before !== undefined) {
    return known(before.bodyHash.equals(write.bodyHash) ? before.answer : refuseReusedKey(write))
  }
  if (keys.recorded.has(key)) return known(refuseRecordedKey(write))

  const timed = timeWrite(write, { nowUs: books.recordedAtUs, isSummed: since !== undefined })
  // Not remembered, as no validation is: by a clock that is put right, the same request may be in bounds.
  if (timed.outcome === 'refused') return known(refuseTime(timed.problem))

  const answer = decideAndRecord(write, timed.occurredAtUs, context)
  keys.remembered.set(key, { bodyHash: write.bodyHash, answer })
  keys.made.push({ write, answer })
  return { answer, isTimeReplaced: timed.isReplaced }
}

function decideAndRecord(
  write: Write,
  occurredAtUs: number,
  { books, since, caseTwins }: WriteContext,
): WriteAnswer {
  const draft = openDraft(books)
  const named = caseTwins === 'map' ? nameLines(write, books) : write
  const decision = decideWrite(named, draft, { occurredAtUs, since })
  if (decision.outcome === 'recorded')
    return { status: 201, body: viewRecorded(books.head.storeId, decision.entries) }
  discardDraft(draft)
  return refuseLines(decision.lines)
}
