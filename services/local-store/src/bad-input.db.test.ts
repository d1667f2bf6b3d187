import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop } from './testing/open-shop.ts'
import { rowsOf } from './testing/open-store.ts'

const { ask, store, close } = await openShop()
afterAll(close)

const line = (sku: unknown, quantity: unknown) => ({ sku, quantity })
const sell = (body: unknown, headers?: Record<string, string>) => ask('POST', '/v1/sales', body, headers)
const written = () =>
  rowsOf(store.pool, 'SELECT (SELECT COUNT(*) FROM journal) AS entries, (SELECT COUNT(*) FROM stock) AS skus')

let before: unknown
beforeAll(async () => {
  await ask('POST', '/v1/receipts', { lines: [line('SKU-1', 10)] })
  before = await written()
})

/** Refused as a problem with this status and code, naming the field; and nothing was written. */
async function expectRefused(reply: ReturnType<typeof ask>, status: number, code: string, field?: string) {
  const { type, body, ...answer } = await reply
  expect({ status: answer.status, code: body.code }).toEqual({ status, code })
  expect(type).toContain('application/problem+json')
  expect(body.detail).toMatch(/./)
  if (field !== undefined) expect(body.errors.map((error: { field: string }) => error.field)).toContain(field)
  expect(await written()).toEqual(before)
}

describe('a body', () => {
  test.each([
    ['that is no JSON', '{"lines":', 'malformed_json', undefined],
    ['that is empty', '', 'invalid_request', 'body'],
    ['that is null', 'null', 'invalid_request', 'body'],
    ['that is a list', '[]', 'invalid_request', 'body'],
    ['without lines', '{}', 'invalid_request', 'lines'],
    [
      'that says a quantity twice',
      '{"lines":[{"sku":"SKU-1","quantity":1,"quantity":9}]}',
      'repeated_key',
      'lines[0].quantity',
    ],
    [
      'with nearly a whole quantity',
      '{"lines":[{"sku":"SKU-1","quantity":2.0000000000000001}]}',
      'inexact_number',
      'lines[0].quantity',
    ],
    ['with no line', '{"lines":[]}', 'invalid_request', 'lines'],
    ['with lines that are none', '{"lines":"SKU-1"}', 'invalid_request', 'lines'],
    ['with a line that is none', '{"lines":[null]}', 'invalid_request', 'lines[0]'],
    ['with an unknown field', '{"lines":[{"sku":"SKU-1","quantity":1}],"till":7}', 'invalid_request', 'body'],
    [
      'with an unknown field in a line',
      '{"lines":[{"sku":"SKU-1","quantity":1,"price":7}]}',
      'invalid_request',
      'lines[0]',
    ],
    [
      'with an unknown policy',
      '{"lines":[{"sku":"SKU-1","quantity":1}],"policy":"maybe"}',
      'invalid_request',
      'policy',
    ],
    [
      'with a time without a zone',
      '{"lines":[{"sku":"SKU-1","quantity":1}],"occurredAt":"2026-05-01T10:00:00"}',
      'invalid_request',
      'occurredAt',
    ],
    [
      'with a reference that is too long',
      JSON.stringify({ lines: [line('SKU-1', 1)], reference: 'x'.repeat(129) }),
      'invalid_request',
      'reference',
    ],
  ])('%s is refused', async (_what, body, code, field) => {
    await expectRefused(sell(body), 400, code, field)
  })

  test('with more than a thousand lines is refused', async () => {
    const lines = Array.from({ length: 1_001 }, () => line('SKU-1', 1))
    await expectRefused(sell({ lines }), 400, 'invalid_request', 'lines')
  })
  test('of more than 1 MiB is refused', async () => {
    await expectRefused(sell(`{"reference":"${'x'.repeat(2 ** 20)}"}`), 413, 'body_too_large')
  })
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=iso-8859-1'])(
    'of type %s is refused',
    async (type) => {
      await expectRefused(sell('{}', { 'content-type': type }), 415, 'unsupported_media_type')
    },
  )
})

describe('a quantity', () => {
  test.each([0, -1, 1.5, '1', true, null, 1_000_001, 1e300, {}, []])(
    'of %j is refused in a sale',
    async (quantity) => {
      await expectRefused(
        sell({ lines: [line('SKU-1', quantity)] }),
        400,
        'invalid_request',
        'lines[0].quantity',
      )
    },
  )
  test('of 0 is refused everywhere but in counts', async () => {
    const lines = [line('SKU-1', 0)]
    await expectRefused(ask('POST', '/v1/receipts', { lines }), 400, 'invalid_request', 'lines[0].quantity')
    await expectRefused(ask('POST', '/v1/returns', { lines }), 400, 'invalid_request', 'lines[0].quantity')
    await expectRefused(
      ask('POST', '/v1/adjustments', { lines, reason: 'x' }),
      400,
      'invalid_request',
      'lines[0].quantity',
    )
  })
  test('below 0 is refused everywhere but in adjustments', async () => {
    const lines = [line('SKU-1', -1)]
    await expectRefused(ask('POST', '/v1/receipts', { lines }), 400, 'invalid_request', 'lines[0].quantity')
    const observedAt = new Date().toISOString()
    await expectRefused(
      ask('POST', '/v1/counts', { lines, observedAt }),
      400,
      'invalid_request',
      'lines[0].quantity',
    )
  })
  test('that is too large only in sum is refused', async () => {
    await expectRefused(
      sell({ lines: [line('SKU-1', 999_999), line('SKU-1', 2)] }),
      400,
      'invalid_request',
      'lines',
    )
  })
})

describe('a SKU', () => {
  test.each(['', 'x'.repeat(65), ' SKU-1', 'SKU-1 ', 'SKU\n1', 'SKU\u0000', 7, null])(
    '%j is refused',
    async (sku) => {
      await expectRefused(sell({ lines: [line(sku, 1)] }), 400, 'invalid_request', 'lines[0].sku')
    },
  )
  test('that differs only in case from another is refused, which is named', async () => {
    const reply = ask('POST', '/v1/receipts', { lines: [line('sku-1', 1)] })
    await expectRefused(reply, 409, 'sku_case_conflict')
    expect((await reply).body.lines).toMatchObject([{ sku: 'sku-1', existingSku: 'SKU-1' }])
  })
  test('that is unknown is refused in a sale, a return and an adjustment, and not found', async () => {
    await expectRefused(sell({ lines: [line('nothing', 1)] }), 404, 'unknown_sku')
    await expectRefused(ask('POST', '/v1/returns', { lines: [line('nothing', 1)] }), 404, 'unknown_sku')
    await expectRefused(
      ask('POST', '/v1/adjustments', { lines: [line('nothing', 1)], reason: 'x' }),
      404,
      'unknown_sku',
    )
    await expectRefused(ask('GET', '/v1/stock/nothing'), 404, 'unknown_sku')
  })
})

describe('a key', () => {
  test.each([
    ['that is missing', ''],
    ['that is too long', 'x'.repeat(129)],
    ['with a blank', 'a b'],
  ])('%s is refused', async (_what, key) => {
    const reply = sell({ lines: [line('SKU-1', 1)] }, { 'idempotency-key': key })
    await expectRefused(reply, 400, 'invalid_request', 'header idempotency-key')
  })
  test('used for another body is refused', async () => {
    const key = { 'idempotency-key': 'used' }
    await expectRefused(sell({ lines: [line('SKU-1', 100)] }, key), 409, 'insufficient_stock')
    await expectRefused(sell({ lines: [line('SKU-1', 1)] }, key), 422, 'idempotency_key_reused')
    await expectRefused(
      ask('POST', '/v1/returns', { lines: [line('SKU-1', 100)] }, key),
      422,
      'idempotency_key_reused',
    )
  })
})

describe('an adjustment', () => {
  test('without a reason is refused', async () => {
    await expectRefused(
      ask('POST', '/v1/adjustments', { lines: [line('SKU-1', 1)] }),
      400,
      'invalid_request',
      'reason',
    )
  })
})

describe('a count', () => {
  test('without the time of the look is refused', async () => {
    await expectRefused(
      ask('POST', '/v1/counts', { lines: [line('SKU-1', 1)] }),
      400,
      'invalid_request',
      'observedAt',
    )
  })
  test('that names a SKU twice is refused', async () => {
    const body = { lines: [line('SKU-1', 1), line('SKU-1', 2)], observedAt: new Date().toISOString() }
    await expectRefused(ask('POST', '/v1/counts', body), 400, 'invalid_request', 'lines[1].sku')
  })
})

describe('a batch', () => {
  const batch = (requests: unknown) => ask('POST', '/v1/batches', { requests })
  test('without requests is refused', async () => {
    await expectRefused(batch([]), 400, 'invalid_request', 'requests')
    await expectRefused(batch({}), 400, 'invalid_request', 'requests')
  })
  test('of more than 500 requests, or 5,000 lines, is refused', async () => {
    const request = (lines: number, index: number) => {
      return {
        kind: 'sale',
        idempotencyKey: `k${index}`,
        lines: Array.from({ length: lines }, () => line('SKU-1', 1)),
      }
    }
    await expectRefused(
      batch(Array.from({ length: 501 }, (_, index) => request(1, index))),
      413,
      'batch_too_large',
    )
    await expectRefused(
      batch(Array.from({ length: 6 }, (_, index) => request(834, index))),
      413,
      'batch_too_large',
    )
  })
})

test('a sale from a page of another site is refused', async () => {
  const sale = { lines: [line('SKU-1', 1)] }
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  await expectRefused(sell(sale, evil), 403, 'foreign_origin')
  await expectRefused(sell(sale, { 'sec-fetch-site': 'same-site' }), 403, 'foreign_origin')
})

describe('a question', () => {
  test.each([
    ['/v1/stock?limit=0', 'query limit'],
    ['/v1/stock?limit=1001', 'query limit'],
    ['/v1/stock?limit=ten', 'query limit'],
    ['/v1/stock?fields=onHand,price', 'query fields[1]'],
    ['/v1/stock?colour=red', 'query'],
    ['/v1/stock?limit=1&limit=2', 'query limit'],
    ['/v1/stock?cursor=forged', 'query cursor'],
    [`/v1/stock?cursor=${Buffer.from('[7]').toString('base64url')}`, 'query cursor'],
    [`/v1/journal?cursor=${Buffer.from('["a"]').toString('base64url')}`, 'query cursor'],
    ['/v1/journal?after=-1', 'query after'],
    ['/v1/journal?sku=%20', 'query sku'],
    [`/v1/stock/${'x'.repeat(65)}`, 'path sku'],
  ])('%s is refused', async (path, field) => {
    await expectRefused(ask('GET', path), 400, 'invalid_request', field)
  })

  test('for nothing there is, or by a method there is not, is refused', async () => {
    await expectRefused(ask('GET', '/v1/shelves'), 404, 'unknown_route')
    const wrong = ask('GET', '/v1/sales')
    await expectRefused(wrong, 405, 'method_not_allowed')
    expect((await wrong).headers.get('allow')).toBe('POST')
  })
})
