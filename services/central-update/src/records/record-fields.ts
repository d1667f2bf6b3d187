import {
  ENTRY_KINDS,
  type EntryKind,
  fitsIn,
  MAX_CALLER_LENGTH,
  MAX_HOLD_ID_LENGTH,
  MAX_KEY_LENGTH,
  MAX_LEVEL,
  MAX_REASON_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SKU_LENGTH,
} from '@shelfwire/contracts'

/** A member of a record: what it must be, in words and as a test. */
export interface FieldRule {
  name: string
  legal: string
  ok: (value: unknown) => boolean
}

const KINDS = new Set<unknown>(ENTRY_KINDS)
const MAX_EPOCH = 2 ** 31 - 1

function whole(name: string, low: number, high: number): FieldRule {
  return {
    name,
    legal: `a whole number from ${low} to ${high}`,
    ok: (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high,
  }
}

function text(name: string, max: number): FieldRule {
  return {
    name,
    legal: `text of 1 to ${max} characters`,
    ok: (value) => typeof value === 'string' && value.length >= 1 && fitsIn(value, max),
  }
}

function textOrNull(name: string, max: number): FieldRule {
  return {
    name,
    legal: `null or text of at most ${max} characters`,
    ok: (value) => value === null || (typeof value === 'string' && fitsIn(value, max)),
  }
}

/** Blanks at the end would not count in a database's key: two SKUs would become one. */
const sku: FieldRule = {
  name: 'sku',
  legal: `null or text of 1 to ${MAX_SKU_LENGTH} characters without blanks at its ends`,
  ok: (value) =>
    value === null ||
    (typeof value === 'string' &&
      value.length >= 1 &&
      fitsIn(value, MAX_SKU_LENGTH) &&
      value === value.trim()),
}

const count = (name: string) => whole(name, 0, Number.MAX_SAFE_INTEGER)

/** What every row carries from its table and its connector. */
const ENVELOPE_RULES: readonly FieldRule[] = [
  text('store_id', 32),
  text('__connector', 64),
  // A journal is never deleted from; the removal of a row is not a row.
  { name: '__op', legal: 'c, u or r', ok: (value) => value === 'c' || value === 'u' || value === 'r' },
]

/** The columns of `journal` and `replays`. Written by hand: a schema library costs several times the decoding. */
export const ENTRY_RULES: readonly FieldRule[] = [
  ...ENVELOPE_RULES,
  whole('epoch', 1, MAX_EPOCH),
  whole('seq', 1, Number.MAX_SAFE_INTEGER),
  sku,
  {
    name: 'kind',
    legal: `one of ${ENTRY_KINDS.join(', ')}`,
    ok: (value): value is EntryKind => KINDS.has(value),
  },
  whole('on_hand_delta', -MAX_LEVEL, MAX_LEVEL),
  whole('held_delta', -MAX_LEVEL, MAX_LEVEL),
  whole('on_hand', 0, MAX_LEVEL),
  whole('held', 0, MAX_LEVEL),
  textOrNull('hold_id', MAX_HOLD_ID_LENGTH),
  text('caller', MAX_CALLER_LENGTH),
  text('request_id', MAX_KEY_LENGTH),
  textOrNull('reference', MAX_REFERENCE_LENGTH),
  textOrNull('reason', MAX_REASON_LENGTH),
  count('occurred_at'),
  count('recorded_at'),
]

/** The columns of `heartbeats`. */
export const BEAT_RULES: readonly FieldRule[] = [
  ...ENVELOPE_RULES,
  whole('epoch', 1, MAX_EPOCH),
  count('seq'),
  count('ping'),
  {
    name: 'era',
    legal: 'null, missing or a whole number from 0',
    // A store whose service knows no eras yet sends none.
    ok: (value) =>
      value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0),
  },
  count('commands_done'),
  {
    name: 'checksum',
    legal: '16 hex characters',
    ok: (value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value),
  },
  count('beat_at'),
]

/** The first rule that a record breaks, in words; null when it keeps all of them. */
export function brokenRule(fields: Record<string, unknown>, rules: readonly FieldRule[]): string | null {
  for (const { name, legal, ok } of rules) {
    const value = fields[name]
    if (ok(value)) continue
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value) ?? String(value)}`
    return `${name} ${found.slice(0, 100)}; it must be ${legal}`
  }
  return null
}
