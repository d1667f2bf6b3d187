import { type Books, type Origin, recordFact } from '../journal/books.ts'
import { viewEntry } from '../journal/entry-view.ts'
import { keyOf, type Remembered } from '../requests/remembered.ts'
import { type ChangesSince, decideWrite } from './decide-write.ts'
import { refuseLines, refuseRecordedKey, refuseReusedKey } from './refusal.ts'
import type { Write, WriteAnswer } from './write.ts'

/** What this transaction knows of keys, and what it will remember of them. */
export interface Keys {
  remembered: Remembered
  /** Keys that only the journal still knows. */
  recorded: ReadonlySet<string>
  /** Answers made in this transaction. */
  made: { write: Write; answer: WriteAnswer }[]
}

/**
 * Answers one write: what was answered to its key before, else what the books allow now. In memory; the books and
 * the keys are brought along, so that the next write of the batch meets what this one did.
 */
export function answerWrite(
  write: Write,
  { books, keys, since }: { books: Books; keys: Keys; since?: ChangesSince | undefined },
): WriteAnswer {
  const key = keyOf(write)
  const before = keys.remembered.get(key)
  if (before !== undefined) {
    return before.bodyHash.equals(write.bodyHash) ? before.answer : refuseReusedKey(write)
  }
  if (keys.recorded.has(key)) return refuseRecordedKey(write)

  const answer = decideAndRecord(write, books, since)
  keys.remembered.set(key, { bodyHash: write.bodyHash, answer })
  keys.made.push({ write, answer })
  return answer
}

function decideAndRecord(write: Write, books: Books, since: ChangesSince | undefined): WriteAnswer {
  const decision = decideWrite(write, books, since)
  if (decision.outcome === 'refused') return refuseLines(decision.lines)

  const { caller, requestId, reference, reason } = write
  const origin: Origin = {
    caller,
    requestId,
    reference,
    reason,
    occurredAtUs: write.occurredAtUs ?? books.nowUs,
  }
  const entries = decision.facts.map((fact) => viewEntry(recordFact(books, fact, origin)))
  return { status: 201, body: { storeId: books.head.storeId, entries } }
}
