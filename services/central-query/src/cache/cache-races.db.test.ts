import { appendFeed, type FreshnessClock, partOf } from '@shelfwire/central'
import { createLog } from '@shelfwire/http'
import { createPool, inTransaction } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { answerAvailability } from '../availability/answer-availability.ts'
import type { SkuAvailability } from '../availability/availability-schemas.ts'
import { createWriter } from '../testing/central-writer.ts'
import { openWire } from '../testing/cuttable-wire.ts'
import { followFeed } from './follow-feed.ts'
import { createSkuReader } from './read-skus.ts'
import { createStockCache } from './stock-cache.ts'

const STORES = ['store-1', 'store-2', 'store-3']
const SKUS = Array.from({ length: 30 }, (_, index) => `SKU-${index}`)
const EPOCH_US = 1_790_000_000_000_000
// Behind every proof that is written here: one from the future counts for nothing.
const nowMs = EPOCH_US / 1_000 + 1
const clock: FreshnessClock = { slaMs: 5_000, offlineMs: 60_000, nowMs, clockBoundMs: 0 }
/** At least so many writes and so many answers held against them, however slow the machine is. */
const WRITES = 200
const ANSWERS = 100

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T
const several = (count: number) => [...new Set(Array.from({ length: count }, () => pick(SKUS)))]

async function openCache(maxRows: number, options: { idlePauseMs?: number; pageRows?: number } = {}) {
  const { query, root } = await freshDatabase('central')
  const wire = await openWire(query)
  const pool = createPool(root, { connections: 6 })
  const { write } = createWriter(pool)
  for (const storeId of STORES) {
    await pool.query(
      `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
       VALUES (?, ?, ?, 'Berlin', 0, 0, ?, NOW(6), NOW(6))`,
      [storeId, partOf(storeId), storeId, storeId],
    )
  }
  const cache = createStockCache({ maxRows })
  const log = createLog('test', 'error')
  log.level = 'silent'
  const follower = await followFeed({
    ...{ address: { ...query, host: '127.0.0.1', port: wire.port }, cache, log },
    ...options,
  })
  const { withSkus } = createSkuReader(cache, follower)
  return {
    ...{ pool, write, cache, follower, wire },
    numbers: () => cache.positions?.map(({ number }) => number),
    root: createPool(root, { connections: 1 }),
    read: (skus: string[]) =>
      withSkus(skus, (found) => {
        const { items } = answerAvailability(cache, found, { clock, filter: {} })
        return items.map(({ json }) => JSON.parse(json) as SkuAvailability)
      }),
    async [Symbol.asyncDispose]() {
      await follower.close()
      await pool.end()
      await this.root.end()
      await wire[Symbol.asyncDispose]()
    },
  }
}

/** An answer without what doesn't tell one state from another. */
const essence = (answers: SkuAvailability[]) =>
  answers.map(({ sku, stores }) => ({
    sku,
    stores: stores.map((row) => [row.storeId, row.onHand, row.margin, row.freshness?.asOf]),
  }))

test('I11: whatever is written, loaded, forgotten and asked at once, every answer is a state that really was', async () => {
  // Some of thirty fit, so that loading and forgetting never end.
  await using shop = await openCache(40)
  const levels = new Map<string, number>()
  const margins = new Map<string, number>()
  const proofs = new Map(STORES.map((storeId) => [storeId, EPOCH_US]))
  /** By the newest proof of all stores, which every write moves: all that was true at that moment. */
  const history = new Map<string, (skus: string[]) => unknown>()

  const asOf = (us: number) =>
    `${new Date(us / 1_000).toISOString().slice(0, 23)}${String(us % 1_000).padStart(3, '0')}Z`
  function keepState(version: number) {
    const then = { levels: new Map(levels), margins: new Map(margins), proofs: new Map(proofs) }
    history.set(asOf(EPOCH_US + version), (skus) =>
      skus.map((sku) => ({
        sku,
        stores: STORES.map((storeId) => [
          ...[storeId, then.levels.get(`${sku} ${storeId}`), then.margins.get(sku) ?? 3],
          asOf(then.proofs.get(storeId) ?? 0),
        ]),
      })),
    )
  }

  async function writeOnce(version: number, skus: string[]) {
    const storeId = pick(STORES)
    proofs.set(storeId, EPOCH_US + version)
    const all = version === 1 ? STORES : [storeId, pick(STORES)]
    if (version === 1) for (const each of STORES) proofs.set(each, EPOCH_US + version)
    const written = [...new Set(all)].flatMap((each) =>
      skus.map((sku) => ({ storeId: each, sku, onHand: version })),
    )
    for (const { sku, storeId: at, onHand } of written) levels.set(`${sku} ${at}`, onHand)
    const rules =
      version % 5 === 0 ? [{ storeId: null, category: null, sku: pick(SKUS), units: version % 50 }] : []
    for (const { sku, units } of rules) margins.set(sku, units)
    // Before the commit: an answer may be given the moment after it.
    keepState(version)
    const newest = [...proofs].filter(([, us]) => us === EPOCH_US + version)
    await shop.write({
      levels: written,
      proofs: Object.fromEntries(newest.map(([id, asOfUs]) => [id, { asOfUs, suspect: null }])),
      margins: rules,
    })
  }

  await writeOnce(1, SKUS)
  let writing = true
  let answers = 0
  async function readOn() {
    while (writing) {
      const skus = several(1 + Math.floor(Math.random() * 12))
      const answer = await shop.read(skus)
      const newest =
        answer
          .flatMap(({ stores }) => stores.map((row) => row.freshness?.asOf ?? ''))
          .sort()
          .at(-1) ?? ''
      expect(history.has(newest), `a state as of ${newest} was`).toBe(true)
      expect(essence(answer)).toEqual(history.get(newest)?.(skus))
      answers += 1
      // Lets the feed through: a reader that is always answered from the cache never waits.
      await new Promise(setImmediate)
    }
  }
  let version = 1
  async function writeOn() {
    while (version < WRITES || answers < ANSWERS) {
      version += 1
      await writeOnce(version, several(3))
    }
    writing = false
  }
  await Promise.all([writeOn(), ...Array.from({ length: 6 }, readOn)])
  expect(shop.cache.rows).toBeLessThanOrEqual(40)

  await expect
    .poll(async () => essence(await shop.read(['SKU-1'])))
    .toEqual(history.get(asOf(EPOCH_US + version))?.(['SKU-1']))
})

test('a wake-up that arrives during a poll, which may be too early to see the change, starts another poll', async () => {
  // Without a wake-up it would not poll again.
  await using shop = await openCache(10, { idlePauseMs: 3_600_000 })
  async function writeAndWakeUp(sku: string, onHand: number) {
    await shop.write({ levels: [{ sku, storeId: 'store-1', onHand }] })
    shop.follower.wakeUp()
  }
  const skus = SKUS.slice(0, 3)
  const rounds = 50
  for (let onHand = 1; onHand <= rounds; onHand += 1) {
    // They commit one after the other, each during the poll that the one before has started.
    await Promise.all(skus.map((sku) => writeAndWakeUp(sku, onHand)))
    await expect.poll(shop.numbers, { interval: 1 }).toEqual([onHand * skus.length])
  }
  expect(essence(await shop.read(skus)).map(({ stores }) => stores[0]?.[1])).toEqual(skus.map(() => rounds))
})

test('many cache misses at once share few polls', async () => {
  await using shop = await openCache(100)
  await shop.write({ levels: SKUS.map((sku) => ({ sku, storeId: 'store-1', onHand: 5 })) })
  await Promise.all(SKUS.map((sku) => shop.read([sku])))
  expect(shop.follower.loads).toBeLessThan(5)
  expect(shop.cache.size).toBe(SKUS.length)
})

test('a SKU that was unknown when it was asked for appears as soon as a store has it', async () => {
  await using shop = await openCache(100)
  expect(await shop.read(['new'])).toMatchObject([{ known: false, stores: [] }])
  await shop.write({ levels: [{ sku: 'new', storeId: 'store-2', onHand: 9 }] })
  await expect
    .poll(() => shop.read(['new']))
    .toMatchObject([{ known: true, stores: [{ storeId: 'store-2', onHand: 9 }] }])
  expect(shop.follower.loads).toBe(1)
})

test('a transaction of thousands of changes is applied to the cache as one entry', async () => {
  await using shop = await openCache(5_000)
  const skus = Array.from({ length: 2_500 }, (_, index) => `many-${index}`)
  for (let from = 0; from < skus.length; from += 500) await shop.read(skus.slice(from, from + 500))
  const stock = skus.map((sku, onHand) => ({
    ...{ storeId: 'store-1', sku, onHand, held: 0, pending: 0, updatedAtUs: EPOCH_US },
  }))
  await inTransaction(shop.pool, async (trx) =>
    appendFeed(trx, { part: 0, changes: { stock }, nowUs: EPOCH_US }),
  )
  await expect.poll(shop.numbers).toEqual([1])
  const seen = await shop.read(skus)
  expect(seen.map(({ stores }) => stores[0]?.onHand)).toEqual(skus.map((_, onHand) => onHand))
})

test('a reader far behind keeps each page of the feed that it has read, also when its session is lost', async () => {
  await using shop = await openCache(100, { pageRows: 2 })
  await shop.read(['SKU-1'])
  shop.wire.cut()
  // Of three feed rows each, which is more than a page.
  const transactions = 30
  for (let onHand = 1; onHand <= transactions; onHand += 1) {
    const stock = Array.from({ length: 2_500 }, (_, index) => ({
      ...{ storeId: 'store-1', sku: `SKU-${index}`, onHand, held: 0, updatedAtUs: EPOCH_US },
    }))
    await inTransaction(shop.pool, async (trx) =>
      appendFeed(trx, { part: 0, changes: { stock }, nowUs: EPOCH_US }),
    )
  }
  // Each session reads some five of the transactions before it is lost.
  shop.wire.breakAfter(1_200_000)
  shop.wire.mend()
  await expect.poll(shop.numbers, { timeout: 20_000 }).toEqual([transactions])
  shop.wire.breakAfter(Number.POSITIVE_INFINITY)
  // The cache was neither reset nor was the SKU loaded again.
  expect(shop.cache.size).toBe(1)
  expect(await shop.read(['SKU-1'])).toMatchObject([{ stores: [{ onHand: transactions }] }])
  expect(shop.follower.loads).toBe(1)
})

/** Changes a level without the feed, and the feed's head, as dropping old rows or restoring a backup would. */
async function changeUnseen(shop: Awaited<ReturnType<typeof openCache>>, nextNumber: string) {
  await inTransaction(shop.pool, async (trx) => {
    await trx.run("UPDATE stock SET on_hand = 77 WHERE sku = 'SKU-1'")
    await trx.run(`UPDATE feed_head SET next_number = ${nextNumber}`)
  })
}

test('a reader whose feed position has expired reloads its cache', async () => {
  await using shop = await openCache(100)
  await shop.write({ levels: [{ sku: 'SKU-1', storeId: 'store-1', onHand: 5 }] })
  await shop.read(['SKU-1'])
  await changeUnseen(shop, 'next_number + 10')
  await shop.write({ levels: [{ sku: 'SKU-2', storeId: 'store-1', onHand: 5 }] })
  await expect.poll(() => shop.read(['SKU-1'])).toMatchObject([{ stores: [{ onHand: 77 }] }])
})

test('a database that was set back to an earlier time is detected although nothing is written to the feed', async () => {
  await using shop = await openCache(100)
  await shop.write({ levels: [{ sku: 'SKU-1', storeId: 'store-1', onHand: 5 }] })
  await shop.read(['SKU-1'])
  await expect.poll(shop.numbers).toEqual([1])
  await changeUnseen(shop, '1')
  await expect
    .poll(() => shop.read(['SKU-1']), { timeout: 5_000 })
    .toMatchObject([{ stores: [{ onHand: 77 }] }])
  expect(shop.numbers()).toEqual([0])
})

/** As a failover to a replica that lacks the newest transaction, under the old address. */
async function loseNewest(shop: Awaited<ReturnType<typeof openCache>>, stock: string) {
  await inTransaction(shop.root, async (trx) => {
    const [{ previous_token: token = 0 } = {}] = await trx.rows<{ previous_token?: number }>(
      'SELECT previous_token FROM feed_head',
    )
    await trx.run('DELETE FROM central_view.feed ORDER BY number DESC LIMIT 1')
    await trx.run('UPDATE feed_head SET next_number = next_number - 1, token = ?', [token])
    await trx.run(stock)
  })
}

test.each([
  ['above the old one', 2],
  ['the same', 1],
])(
  'a feed that went back with its database is detected although its number is %s again',
  async (_, writesAfter) => {
    await using shop = await openCache(100)
    for (const onHand of [4, 5]) await shop.write({ levels: [{ sku: 'SKU-1', storeId: 'store-1', onHand }] })
    expect(await shop.read(['SKU-1'])).toMatchObject([{ stores: [{ onHand: 5 }] }])
    expect(shop.numbers()).toEqual([2])
    shop.wire.cut()
    await loseNewest(shop, 'UPDATE stock SET on_hand = 4')
    for (let onHand = 0; onHand < writesAfter; onHand += 1)
      await shop.write({ levels: [{ sku: 'SKU-2', storeId: 'store-1', onHand }] })
    shop.wire.mend()
    await expect
      .poll(() => shop.read(['SKU-1']), { timeout: 5_000 })
      .toMatchObject([{ stores: [{ onHand: 4 }] }])
    expect(shop.numbers()).toEqual([1 + writesAfter])
  },
)
