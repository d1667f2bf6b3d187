import { expect, test } from 'vitest'
import { decodePing, encodePing } from './ping.ts'

test('an encoded ping is decoded to the same value', () => {
  expect(decodePing(Buffer.from(encodePing(Number.MAX_SAFE_INTEGER)))).toBe(Number.MAX_SAFE_INTEGER)
  expect(decodePing(Buffer.from(encodePing(1_790_000_000_000_000)))).toBe(1_790_000_000_000_000)
})

test.each(['', '0', '-5', '1.5', 'soon', '99999999999999999', '9007199254740992', '9999999999999999'])(
  '%j is not decoded as a ping',
  (text) => {
    expect(decodePing(Buffer.from(text))).toBeNull()
  },
)
