import type { Write, WriteAnswer } from '../writes/write.ts'

/** What was answered before, by {@link keyOf}. */
export type Remembered = Map<string, { bodyHash: Buffer; answer: WriteAnswer }>

export interface KnownKeys {
  remembered: Remembered
  /** Keys that the journal has entries of. It is kept far longer than the answers. */
  recorded: ReadonlySet<string>
}

/** One text for caller and key: a caller has no blank in its name. */
export function keyOf({ caller, requestId }: Pick<Write, 'caller' | 'requestId'>): string {
  return `${caller} ${requestId}`
}
