/** What a till can say, by the route that takes it. */
export const PATHS = {
  sale: '/v1/sales',
  return: '/v1/returns',
  receipt: '/v1/receipts',
  adjustment: '/v1/adjustments',
  count: '/v1/counts',
} as const

export type Kind = keyof typeof PATHS

export interface Line {
  sku: string
  quantity: number
}

export interface Body {
  lines: readonly Line[]
  policy?: 'record'
  reason?: string
  observedAt?: string
}

/** One intended write. Sent again it is the same object; another body under the same key is another object. */
export interface Request {
  storeId: string
  key: string
  kind: Kind
  body: Body
}

/** `unknown`: no answer, or one that says that the outcome is unknown. The request was recorded once or not at all. */
export type Result = 'ok' | 'refused' | 'unknown'

/** A request sent once, and what came back. */
export interface Attempt {
  request: Request
  /** In ms since 1970. */
  sentAt: number
  answeredAt: number
  result: Result
  /** Null when nothing came back. */
  status: number | null
  answer: unknown
}

/** An entry as the store's answers show it. */
export interface AnsweredEntry {
  epoch: number
  seq: number
  sku: string
  kind: string
  onHandDelta: number
  onHand: number
}

/** The entries that an `ok` answer names. */
export function entriesOf({ answer }: Attempt): AnsweredEntry[] {
  return (answer as { entries: AnsweredEntry[] }).entries
}
