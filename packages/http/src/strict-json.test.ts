import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

describe('repeated keys in JSON', () => {
  test.each([
    ['{"quantity":1,"quantity":2}', 'quantity'],
    ['{"quantity":1,"quantity":1}', 'quantity'],
    ['{"lines":[{"sku":"a"},{"sku":"a","quantity":1,"sku":"b"}]}', 'lines[1].sku'],
    ['{"a":{"b":1},"c":[[],[{"x":1}]],"a":2}', 'a'],
    ['{"sku":"a","\\u0073ku":"b"}', 'sku'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
    ['{"a\\\\":1,"a\\\\":2}', 'a\\'],
    [`{${Array.from({ length: 20 }, (_, index) => `"k${index}":0`).join()},"k3":1}`, 'k3'],
    ['{"":1,"":2}', 'body'],
  ])('%s', (text, field) => {
    expect(parseStrictJson(text)).toMatchObject({ fault: { code: 'repeated_key', field } })
  })
  test('a key may occur again in another object, or as a value', () => {
    const text = '{"a":{"a":"a"},"b":["a","a",{"a":1}],"c":"a\\"\\\\","d":"\\\\"}'
    expect(parseStrictJson(text)).toEqual({ value: JSON.parse(text) })
  })
})

describe('numbers in JSON that parsing would change', () => {
  test.each([
    '2.0000000000000001',
    '-1.99999999999999999999',
    '9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '0.12345678901234567890123',
    '12345678901234567890',
  ])('%s', (literal) => {
    const fault = { code: 'inexact_number', field: 'lines[0].quantity' }
    expect(parseStrictJson(`{"lines":[{"quantity":${literal}}]}`)).toMatchObject({ fault })
  })
  test.each([
    '0',
    '-0',
    '2.0',
    '2.000',
    '20e-1',
    '2E0',
    '0.1',
    '52.520000000000003',
    '1e6',
    '1e21',
    '0.0',
    '0e5',
  ])('the number %s is accepted', (literal) => {
    expect(parseStrictJson(literal)).toEqual({ value: Number(literal) })
  })
})

test('JSON nested deeper than any of our bodies is refused, without a stack overflow', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  expect(parseStrictJson(nested(32))).toHaveProperty('value')
  expect(parseStrictJson(nested(33))).toMatchObject({ fault: { code: 'nested_too_deep' } })
  expect(parseStrictJson(nested(100_000))).toMatchObject({ fault: { code: 'nested_too_deep' } })
})

test.each(['', '{', '{"a":1,}', "{'a':1}", '01', 'NaN', '"\u0001"'])(
  '%j is refused as invalid JSON',
  (text) => {
    expect(parseStrictJson(text)).toMatchObject({ fault: { code: 'malformed_json', field: 'body' } })
  },
)

test('strict parsing of the output of JSON.stringify equals JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 2 }), (text, indent) => {
      const written = JSON.stringify(JSON.parse(text), null, indent)
      expect(parseStrictJson(written)).toEqual({ value: JSON.parse(written) })
    }),
  )
})
