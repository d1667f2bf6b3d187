import { describe, expect, test } from 'vitest'
import { whereKeys } from './answers-sql.ts'
import { type KeptAnswers, lookUpKey } from './key-use.ts'
import { fingerprintOf, textOfKey } from './request-key.ts'

const request = { caller: 'till', requestId: 'k-1', fingerprint: fingerprintOf(['sale', 2]) }
const answer = { status: 409, text: '{"code":"insufficient_stock"}' }
const kept: KeptAnswers = new Map([[textOfKey(request), { fingerprint: request.fingerprint, answer }]])

describe('a key', () => {
  test('that was not used is new', () => {
    expect(lookUpKey(kept, { ...request, requestId: 'k-2' })).toEqual({ use: 'new' })
  })
  test('that was used by the same request gives its answer again', () => {
    expect(lookUpKey(kept, request)).toEqual({ use: 'repeat', answer })
  })
  test('that was used by another request is reused', () => {
    expect(lookUpKey(kept, { ...request, fingerprint: fingerprintOf(['sale', 3]) })).toEqual({
      use: 'reused',
    })
  })
  test('of another caller is another key', () => {
    expect(lookUpKey(kept, { ...request, caller: 'till-2' })).toEqual({ use: 'new' })
  })
})

test('a fingerprint has 16 bytes and differs with what was sent', () => {
  expect(fingerprintOf(['sale', 2])).toHaveLength(16)
  expect(fingerprintOf(['sale', 2])).toEqual(fingerprintOf(['sale', 2]))
  expect(fingerprintOf(['sale', 2])).not.toEqual(fingerprintOf(['sale', '2']))
})

test('keys are looked up by lists of at most 900 for each caller', () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => ({ caller: 'till', requestId: `k-${index}` }))
  const { where, values } = whereKeys([...keys, { caller: 'other', requestId: 'k' }])
  expect(where.split(' OR ')).toHaveLength(3)
  expect(values.map((value) => (Array.isArray(value) ? value.length : value))).toEqual([
    ...['till', 900],
    ...['till', 100],
    ...['other', 1],
  ])
})
