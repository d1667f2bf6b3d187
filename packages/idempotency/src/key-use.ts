import { type KeyedRequest, textOfKey } from './request-key.ts'

/** An answer as it is kept: its text, or null when it can be made again from what the request recorded. */
export interface KeptAnswer {
  status: number
  /** JSON. */
  text: string | null
}

/** Kept answers by {@link textOfKey}, each with the fingerprint of the request that it answered. */
export type KeptAnswers = Map<string, { fingerprint: Buffer; answer: KeptAnswer }>

export type KeyUse =
  /** The key wasn't used, as far as answers are kept. */
  | { use: 'new' }
  /** The same request was answered: it gets that answer again. */
  | { use: 'repeat'; answer: KeptAnswer }
  /** Another request was answered under this key. */
  | { use: 'reused' }

/** Whether a request's key was used before, and for the same request. */
export function lookUpKey(kept: KeptAnswers, request: KeyedRequest): KeyUse {
  const before = kept.get(textOfKey(request))
  if (before === undefined) return { use: 'new' }
  return before.fingerprint.equals(request.fingerprint)
    ? { use: 'repeat', answer: before.answer }
    : { use: 'reused' }
}
