import type { Entry } from '@shelfwire/contracts'
import type { KeyedRequest } from '@shelfwire/idempotency'
import type { KeyOutcome } from '../lane/operation.ts'
import type { Policy } from '../stock/decide-line.ts'

/** What a till can tell the store. */
export const WRITE_KINDS = ['sale', 'return', 'receipt', 'adjustment', 'count'] as const
export type WriteKind = (typeof WRITE_KINDS)[number]

/** One SKU of a write, after equal SKUs were summed. */
export interface WriteLine {
  sku: string
  /** As the till says it: units sold, returned or received; a signed correction; units counted. */
  quantity: number
}

/** One request as the lane decides it: valid in itself, all lines or none. */
export interface Write extends KeyedRequest {
  kind: WriteKind
  lines: WriteLine[]
  policy: Policy
  reference: string | null
  reason: string | null
  /** The till's clock; for a count, when its observer looked. Null: when it is recorded. */
  occurredAtUs: number | null
}

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

/** What became of a write. */
export type WriteOutcome =
  | KeyOutcome
  /** `isTimeReplaced`: the till's time was impossible, so the entries have the store's. */
  | { outcome: 'recorded'; storeId: string; entries: Entry[]; isTimeReplaced: boolean }
  /** `lines` are those that the books don't allow; `code` is the first one's. */
  | { outcome: 'refused'; code: RefusedLine['code']; lines: [RefusedLine, ...RefusedLine[]] }
  /** A count whose observer looked too long ago, or too far ahead of the store's clock. */
  | { outcome: 'refused'; code: 'time_out_of_bounds'; fromUs: number; toUs: number }
