import { expect, test } from 'vitest'
import { openWire, type Wire } from '../testing/cuttable-wire.ts'
import { openCentral } from '../testing/open-central.ts'

const LIMITS = { SLA_MS: '800', OFFLINE_MS: '2000' }

/** A shop whose connection to central's database can be cut. */
async function openWired() {
  let wire: Wire | undefined
  const shop = await openCentral(LIMITS, async (address) => {
    wire = await openWire(address)
    return { ...address, port: wire.port }
  })
  await shop.join('store-1')
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-1', onHand: 42 }] })
  await shop.beat('store-1')
  const row = async () => (await shop.ask('/v1/availability/SKU-1')).body.stores?.[0]
  await expect.poll(async () => (await row())?.freshness.state).toBe('fresh')
  return { shop, wire: wire as Wire, row }
}

const WAIT = { timeout: 10_000, interval: 50 }

test('I12: with the database gone, answers from the cache only get older, and are fresh again when it is back', async () => {
  const { shop, wire, row } = await openWired()
  await using _shop = shop
  await using _wire = wire
  wire.cut()
  await expect.poll(row, WAIT).toMatchObject({ onHand: 42, freshness: { state: 'stale' } })
  await expect.poll(row, WAIT).toMatchObject({ onHand: 42, freshness: { state: 'offline' } })
  expect(await shop.ask('/v1/availability/SKU-2')).toMatchObject({
    ...{ status: 503, body: { code: 'database_unavailable' } },
  })
  for (const path of ['/v1/stores', '/v1/ledger', '/v1/products', '/v1/stores/store-1/availability']) {
    expect(await shop.ask(path), path).toMatchObject({ status: 503, body: { code: 'database_unavailable' } })
  }
  expect(await shop.ask('/v1/margins', 'PUT', { units: 5 })).toMatchObject({ status: 503 })
  await expect.poll(() => shop.ask('/readyz'), WAIT).toMatchObject({ status: 503 })
  expect((await shop.ask('/v1/freshness')).body.stores[0]).toMatchObject({
    ...{ state: 'offline', why: expect.stringContaining("central's database has not answered") },
  })

  wire.mend()
  await shop.write({ levels: [{ storeId: 'store-1', sku: 'SKU-1', onHand: 41 }] })
  await shop.beat('store-1')
  await expect.poll(row, WAIT).toMatchObject({ onHand: 41, freshness: { state: 'fresh' } })
  await expect.poll(() => shop.ask('/readyz'), WAIT).toMatchObject({ status: 200 })
})

test('I14: half-open connections to the database delay no answer', async () => {
  const { shop, wire, row } = await openWired()
  await using _shop = shop
  await using _wire = wire
  wire.freeze()
  const began = performance.now()
  expect(await shop.ask('/v1/availability/SKU-2')).toMatchObject({ status: 503 })
  expect((await shop.ask('/v1/freshness')).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(5_000)
  await expect.poll(row, WAIT).toMatchObject({ onHand: 42, freshness: { state: 'offline' } })
  // A new session is opened although the old connection was never closed.
  const afterBeat = async () => {
    await shop.beat('store-1')
    return (await row()).freshness.state
  }
  await expect.poll(afterBeat, { timeout: 15_000 }).toBe('fresh')
})

test('I12: a suspect store is never fresh, and its rows give the reason', async () => {
  await using shop = await openCentral()
  await shop.join('store-1', 'store-2')
  const asOfUs = Date.now() * 1_000
  await shop.write({
    levels: ['store-1', 'store-2'].map((storeId) => ({ storeId, sku: 'SKU-1', onHand: 10 })),
    proofs: {
      'store-1': { asOfUs, suspect: '3 entries missing (seq 41–43)' },
      'store-2': { asOfUs, suspect: null },
    },
  })
  const { body } = await shop.ask('/v1/availability/SKU-1')
  expect(body).toMatchObject({
    availableFresh: 7,
    stores: [
      { available: 7, freshness: { state: 'stale', suspect: '3 entries missing (seq 41–43)' } },
      { available: 7, freshness: { state: 'fresh' } },
    ],
  })
  expect((await shop.ask('/v1/freshness')).body).toMatchObject({
    summary: expect.stringMatching(/^store-1 is \d+ s behind: suspect: 3 entries missing/),
    stores: [
      { storeId: 'store-1', state: 'stale' },
      { storeId: 'store-2', state: 'fresh', why: null },
    ],
  })
})

test('I12: an asOf from the future proves nothing, not even after that time has passed', async () => {
  await using shop = await openCentral()
  await shop.join('dead', 'alive')
  const aheadUs = (Date.now() + 1_500) * 1_000
  const ahead = { asOfUs: aheadUs, suspect: null }
  await shop.write({ proofs: { dead: ahead, alive: ahead } })
  const states = async () => {
    const { stores } = (await shop.ask('/v1/freshness')).body
    return Object.fromEntries(
      stores.map(({ storeId, state }: { storeId: string; state: string }) => [storeId, state]),
    )
  }
  const seen: Record<string, string>[] = []
  const look = async () => {
    seen.push(await states())
    return Date.now() * 1_000 - aheadUs
  }
  await expect.poll(look, { interval: 50, timeout: 10_000 }).toBeGreaterThan(500_000)
  expect(new Set(seen.flatMap((each) => Object.values(each)))).toEqual(new Set(['offline']))
  await shop.beat('alive')
  await expect.poll(states).toEqual({ dead: 'offline', alive: 'fresh' })
})

test('the stream sends the history and then a complete report once a second', async () => {
  await using shop = await openCentral()
  await shop.join('store-1')
  await shop.beat('store-1')
  const aborted = new AbortController()
  const response = await fetch(`${shop.url}/v1/freshness/stream`, { signal: aborted.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    if ((text.match(/event:report/g) ?? []).length >= 3) break
  }
  aborted.abort()
  expect(text).toMatch(/event:history[\s\S]*event:report[\s\S]*"storeId":"store-1"/)
})

test('the on-call page is served with what its content security policy allows', async () => {
  await using shop = await openCentral()
  const page = await shop.ask('/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style| style=| on[a-z]+=/)
  for (const [, file] of page.body.matchAll(/(?:src|href)="([a-z-]+\.(?:js|css|svg))"/g)) {
    expect((await shop.ask(`/${file}`)).status, file).toBe(200)
  }
})
