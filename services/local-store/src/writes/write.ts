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
export interface Write {
  kind: WriteKind
  caller: string
  /** The caller's Idempotency-Key. */
  requestId: string
  /** Tells the same request sent again from another one with the same key. */
  bodyHash: Buffer
  lines: WriteLine[]
  policy: Policy
  reference: string | null
  reason: string | null
  /** The till's clock; for a count, when its observer looked. Null: when it is recorded. */
  occurredAtUs: number | null
}

/** The lane's answer to a write, as HTTP will say it. */
export interface WriteAnswer {
  status: number
  body: object
}
