import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { openShop } from '../testing/open-shop.ts'
import { brokenInvariants, onHandOf } from '../testing/open-store.ts'

const COMPOSED = 'caf\u00e9'
const DECOMPOSED = 'cafe\u0301'

const refusing = await openShop()
const mapping = await openShop({ skuCaseConflicts: 'map' })
afterAll(() => Promise.all([refusing.close(), mapping.close()]))

const line = (sku: string, quantity: number) => ({ sku, quantity })

describe('a SKU in two encodings', () => {
  test('is one SKU in writes and reads', async () => {
    const { ask, store } = refusing
    expect((await ask('POST', '/v1/receipts', { lines: [line(DECOMPOSED, 5)] })).status).toBe(201)
    const sold = await ask('POST', '/v1/sales', { lines: [line(COMPOSED, 1), line(DECOMPOSED, 1)] })
    expect(sold.body.entries).toMatchObject([{ sku: COMPOSED, onHandDelta: -2, onHand: 3 }])
    expect(await onHandOf(store.pool)).toMatchObject({ [COMPOSED]: 3 })
    for (const sku of [COMPOSED, DECOMPOSED].map(encodeURIComponent)) {
      expect(await ask('GET', `/v1/stock/${sku}`)).toMatchObject({ status: 200, body: { onHand: 3 } })
      expect((await ask('GET', `/v1/journal?sku=${sku}`)).body.items).toHaveLength(2)
    }
  })

  test('is no reason to take a request sent again for another one', async () => {
    const { ask } = refusing
    const key = { 'idempotency-key': randomUUID() }
    const body = { lines: [line(DECOMPOSED, 1)] }
    const first = await ask('POST', '/v1/receipts', body, key)
    expect(await ask('POST', '/v1/receipts', body, key)).toMatchObject({ status: 201, body: first.body })
    // The body is another one, byte for byte; which way it is encoded is no accident of the line.
    const other = { lines: [line(COMPOSED, 1)] }
    expect(await ask('POST', '/v1/receipts', other, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
  })

  test('is counted once', async () => {
    const lines = [line(COMPOSED, 1), line(DECOMPOSED, 2)]
    const count = { lines, observedAt: new Date().toISOString() }
    expect(await refusing.ask('POST', '/v1/counts', count)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'lines[1].sku' }] },
    })
  })
})

describe('a SKU that differs only in case', () => {
  test('is refused unless the store maps it', async () => {
    const { ask } = refusing
    await ask('POST', '/v1/receipts', { lines: [line('85123A', 5)] })
    expect(await ask('POST', '/v1/sales', { lines: [line('85123a', 1)] })).toMatchObject({
      status: 409,
      body: { code: 'sku_case_conflict', lines: [{ sku: '85123a', existingSku: '85123A' }] },
    })
  })

  test('is written to the SKU that the store has', async () => {
    const { ask, store } = mapping
    await ask('POST', '/v1/receipts', { lines: [line('22423B', 5), line('22423b', 2)] })
    const sold = await ask('POST', '/v1/sales', { lines: [line('22423b', 3)] })
    expect(sold.body.entries).toMatchObject([{ sku: '22423B', onHandDelta: -3, onHand: 4 }])
    expect(await onHandOf(store.pool)).toMatchObject({ '22423B': 4 })
  })

  test('takes no unit that the other line of the same sale takes', async () => {
    const { ask, store } = mapping
    await ask('POST', '/v1/receipts', { lines: [line('Twin', 3)] })
    expect(await ask('POST', '/v1/sales', { lines: [line('Twin', 2), line('TWIN', 2)] })).toMatchObject({
      status: 409,
      body: { code: 'insufficient_stock', lines: [{ sku: 'Twin', quantity: 4, onHand: 3 }] },
    })
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('is counted under the name that the store has, with what was sold since its observer looked', async () => {
    const { ask, store } = mapping
    await ask('POST', '/v1/receipts', { lines: [line('Shelf', 5)] })
    const observedAt = new Date().toISOString()
    await ask('POST', '/v1/sales', { lines: [line('Shelf', 1)] })
    const counted = await ask('POST', '/v1/counts', {
      lines: [line('SHELF', 4), line('Basket', 2)],
      observedAt,
    })
    expect(counted).toMatchObject({
      status: 201,
      body: {
        entries: [
          { sku: 'Shelf', onHandDelta: -1, onHand: 3 },
          { sku: 'Basket', onHand: 2 },
        ],
      },
    })
    const again = { lines: [line('shelf', 4), line('BASKET', 2)], observedAt }
    expect(await ask('POST', '/v1/counts', again)).toMatchObject({
      status: 201,
      body: {
        entries: [
          { sku: 'Shelf', onHandDelta: 0, onHand: 3 },
          { sku: 'Basket', onHandDelta: 0 },
        ],
      },
    })
    expect(await brokenInvariants(store.pool)).toEqual([])
  })

  test('that an earlier request of the same batch has brought in and sold is counted with both', async () => {
    const { ask } = mapping
    const observedAt = new Date(Date.now() - 1).toISOString()
    const requests = [
      { kind: 'receipt', idempotencyKey: randomUUID(), lines: [line('Newly', 6)] },
      { kind: 'sale', idempotencyKey: randomUUID(), lines: [line('NEWLY', 2)] },
      // Its observer saw an empty shelf: both came later.
      { kind: 'count', idempotencyKey: randomUUID(), lines: [line('newly', 0)], observedAt },
    ]
    const { body } = await ask('POST', '/v1/batches', { requests })
    expect(body.answers).toMatchObject([
      { status: 201 },
      { status: 201 },
      { status: 201, body: { entries: [{ sku: 'Newly', onHandDelta: 0, onHand: 4 }] } },
    ])
  })

  test.each([
    ['that maps it', mapping],
    ['that refuses it', refusing],
  ])('beside its twin in one count is refused at a store %s', async (_which, { ask }) => {
    const lines = [line('Rack', 2), line('Other', 1), line('RACK', 3)]
    const count = { lines, observedAt: new Date().toISOString() }
    expect(await ask('POST', '/v1/counts', count)).toMatchObject({
      status: 400,
      body: {
        errors: [{ field: 'lines[2].sku', message: expect.stringMatching(/^RACK .* lines\[0\] .*Rack/) }],
      },
    })
  })

  test('of a count is refused unless the store maps it', async () => {
    const { ask } = refusing
    await ask('POST', '/v1/receipts', { lines: [line('Shelf', 3)] })
    const count = { lines: [line('SHELF', 2)], observedAt: new Date().toISOString() }
    expect(await ask('POST', '/v1/counts', count)).toMatchObject({
      status: 409,
      body: { code: 'sku_case_conflict', lines: [{ existingSku: 'Shelf' }] },
    })
  })

  test('finds what an earlier request of the same batch has brought in', async () => {
    const { ask } = mapping
    const requests = [
      { kind: 'receipt', idempotencyKey: randomUUID(), lines: [line('Fresh', 2)] },
      { kind: 'sale', idempotencyKey: randomUUID(), lines: [line('FRESH', 1)] },
    ]
    const { body } = await ask('POST', '/v1/batches', { requests })
    expect(body.answers).toMatchObject([
      { status: 201 },
      { status: 201, body: { entries: [{ sku: 'Fresh', onHand: 1 }] } },
    ])
  })
})
