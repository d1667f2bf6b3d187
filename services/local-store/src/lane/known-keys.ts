import type { Entry } from '@shelfwire/contracts'
import {
  findAnswers,
  type KeptAnswer,
  type KeptAnswers,
  type KeyedRequest,
  lookUpKey,
  textOfKey,
} from '@shelfwire/idempotency'
import { combine, type Query } from '@shelfwire/mysql'
import { findByKeys } from '../journal/journal-sql.ts'
import type { AnswerKeeping, KeyOutcome, Outcome } from './operation.ts'

/** What one transaction knows of keys. */
export interface KnownKeys {
  /** Answers that are kept, those made in this transaction included. */
  kept: KeptAnswers
  /** By key: entries in the journal, in their order. The journal is kept far longer than the answers. */
  recorded: ReadonlyMap<string, Entry[]>
  /** Answers made in this transaction. */
  made: { request: KeyedRequest; answer: KeptAnswer }[]
}

export function findKeys(keys: readonly KeyedRequest[]): Query<KnownKeys> {
  return combine([findAnswers(keys), findByKeys(keys)], ([kept, recorded]) => ({ kept, recorded, made: [] }))
}

/**
 * The outcome of a request whose key was used before, also earlier in this transaction, whose entries are
 * `batchEntries`; undefined for a new key.
 */
export function outcomeOfKey(
  { kept, recorded }: KnownKeys,
  key: KeyedRequest,
  { restore, batchEntries }: { restore: (entries: Entry[]) => Outcome; batchEntries: readonly Entry[] },
): Outcome | undefined {
  const use = lookUpKey(kept, key)
  if (use.use === 'reused') return refuse('idempotency_key_reused', key)
  const entries = recorded.get(textOfKey(key))
  if (use.use === 'new') return entries === undefined ? undefined : refuse('already_recorded', key)
  const { status, text } = use.answer
  if (text !== null) return repeated(status, text)
  return restore(entries ?? batchEntries.filter((entry) => textOfKey(entry) === textOfKey(key)))
}

function repeated(status: number, text: string): KeyOutcome {
  return { outcome: 'repeated', answer: { status, text } }
}

function refuse(
  code: 'idempotency_key_reused' | 'already_recorded',
  { requestId }: KeyedRequest,
): KeyOutcome {
  return { outcome: 'refused', code, requestId }
}

/** Keeps the answer, as its operation wants it kept, for the rest of the transaction and behind it. */
export function keepAnswer<Result>(
  { kept, made }: KnownKeys,
  request: KeyedRequest,
  { keeping, result }: { keeping: AnswerKeeping<Result>; result: Result },
): void {
  const answer = keeping.keep(result)
  if (answer === undefined) return
  kept.set(textOfKey(request), { fingerprint: request.fingerprint, answer })
  made.push({ request, answer })
}
