import { describe, expect, test } from 'vitest'
import { parseWrite } from './parse-write.ts'
import type { Write, WriteKind } from './write.ts'
import type { WriteBody } from './write-body.ts'

const read = (kind: WriteKind, body: WriteBody, requestId = 'k') =>
  parseWrite(kind, body, { caller: 'till', requestId })
const hashOf = (kind: WriteKind, body: WriteBody) => (read(kind, body) as Write).fingerprint.toString('hex')
const line = (sku: string, quantity: number) => ({ sku, quantity })

test('the lines of one SKU are summed before they are judged', () => {
  const write = read('sale', { lines: [line('A', 2), line('B', 1), line('A', 3)] })
  expect(write).toMatchObject({ lines: [line('A', 5), line('B', 1)] })
})

describe('a body whose fields are right is refused', () => {
  test.each<[string, WriteKind, WriteBody, string]>([
    [
      'when its lines add up beyond a million',
      'sale',
      { lines: [line('A', 600_000), line('A', 400_001)] },
      'lines',
    ],
    [
      'when its corrections add up to nothing',
      'adjustment',
      { lines: [line('A', 3), line('A', -3)] },
      'lines',
    ],
    [
      'when it counts a SKU twice',
      'count',
      { lines: [line('A', 1), line('B', 1), line('A', 1)], observedAt: '2026-05-01T11:00:00Z' },
      'lines[2].sku',
    ],
    [
      'when it counts a SKU twice, once in other letters',
      'count',
      { lines: [line('A', 1), line('a', 1)], observedAt: '2026-05-01T11:00:00Z' },
      'lines[1].sku',
    ],
  ])('%s', (_what, kind, body, field) => {
    expect(read(kind, body)).toEqual([{ field, message: expect.stringMatching(/./) }])
  })
})

describe('I7: the same request sent again', () => {
  const body: WriteBody = { lines: [line('A', 2)], reference: 'bon 7' }
  test('is known by what it says, however it spells times and defaults', () => {
    expect(hashOf('sale', { ...body, policy: 'refuse' })).toBe(hashOf('sale', body))
    expect(hashOf('sale', { ...body, occurredAt: '2026-05-01T11:00:00Z' })).toBe(
      hashOf('sale', { ...body, occurredAt: '2026-05-01T13:00:00.000+02:00' }),
    )
  })
  test.each<[string, WriteKind, WriteBody]>([
    ['another kind', 'return', body],
    ['another quantity', 'sale', { ...body, lines: [line('A', 3)] }],
    ['other lines of the same sum', 'sale', { ...body, lines: [line('A', 1), line('A', 1)] }],
    ['another reference', 'sale', { reference: 'bon 8', lines: body.lines }],
    ['another policy', 'sale', { ...body, policy: 'record' }],
    ['another time', 'sale', { ...body, occurredAt: '2026-05-01T11:00:00Z' }],
  ])('is not the same with %s', (_what, kind, other) => {
    expect(hashOf(kind, other)).not.toBe(hashOf('sale', body))
  })
})
