import { describe, expect, test } from 'vitest'
import {
  countedField,
  idempotencyKeyField,
  instantField,
  quantityField,
  signedQuantityField,
  storeIdField,
} from './fields.ts'

describe('quantity fields', () => {
  const nonsense = [1.5, '1', true, null, [], {}, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001, -1_000_001]
  test.each(nonsense)('a quantity of %j is refused and the legal values are named', (quantity) => {
    for (const field of [quantityField, countedField, signedQuantityField]) {
      const parsed = field.safeParse(quantity)
      expect(parsed.success).toBe(false)
      expect(parsed.error?.issues[0]?.message).toMatch(/must be a whole number from -?\d+ to 1000000/)
    }
  })
  test('a quantity of 0 is legal in a count only', () => {
    expect(
      [quantityField, countedField, signedQuantityField].map((field) => field.safeParse(0).success),
    ).toEqual([false, true, false])
  })
  test('a negative quantity is legal in an adjustment only', () => {
    expect(
      [quantityField, countedField, signedQuantityField].map((field) => field.safeParse(-1).success),
    ).toEqual([false, false, true])
  })
})

test('an idempotency key is printable ASCII of 1 to 128 characters', () => {
  for (const key of ['k', 'x'.repeat(128)]) expect(idempotencyKeyField.safeParse(key).success).toBe(true)
  for (const key of ['', ' ', 'a b', 'é', 'x'.repeat(129)])
    expect(idempotencyKeyField.safeParse(key).success).toBe(false)
})

test('a store id consists of what a topic name may contain', () => {
  for (const id of ['store-1', 'a', '7', 'x'.repeat(32)])
    expect(storeIdField.safeParse(id).success).toBe(true)
  for (const id of ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'x'.repeat(33)])
    expect(storeIdField.safeParse(id).success).toBe(false)
})

test('an instant without a zone is refused', () => {
  for (const text of ['2026-05-01T09:30:00Z', '2026-05-01T09:30:00.123456+02:00'])
    expect(instantField.safeParse(text).success).toBe(true)
  for (const text of ['2026-05-01', '2026-05-01T09:30:00', '2026-13-01T09:30:00Z', 'now', 5])
    expect(instantField.safeParse(text).success).toBe(false)
})
