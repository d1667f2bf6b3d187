import { appendFeed } from '@shelfwire/central'
import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { openCentral } from '../testing/central-database.ts'
import { NOON_US } from '../testing/sample-store.ts'
import { keepFeed } from './keep-feed.ts'

const DAY_US = 86_400_000_000
const at = (us: number) => new Date(us / 1_000)

test('days are made ahead and dropped when they are over, and the feed goes on', async () => {
  await using central = await openCentral()
  const { pool } = central
  const write = (nowUs: number) =>
    inTransaction(pool, async (trx) =>
      appendFeed(trx, {
        part: 0,
        changes: { freshness: [{ storeId: 'store-1', asOfUs: nowUs, suspect: null }] },
        nowUs,
      }),
    )
  await write(NOON_US)
  expect(await keepFeed(pool, at(NOON_US))).toEqual({
    add: ['2026-05-01', '2026-05-02', '2026-05-03'],
    drop: [],
  })
  expect(await keepFeed(pool, at(NOON_US))).toEqual({ add: [], drop: [] })
  await write(NOON_US + DAY_US)
  expect(await keepFeed(pool, at(NOON_US + DAY_US))).toEqual({ add: ['2026-05-04'], drop: [] })
  expect((await central.feed()).map(({ number }) => number)).toEqual([1, 2])
  expect(await keepFeed(pool, at(NOON_US + 2 * DAY_US))).toEqual({
    add: ['2026-05-05'],
    drop: ['feed_2026_05_01'],
  })
  expect((await central.feed()).map(({ number }) => number)).toEqual([2])
})

test('a reader who holds the feed is not waited for: it is tried again later', async () => {
  await using central = await openCentral()
  const { pool } = central
  const reader = await pool.getConnection()
  await reader.query('START TRANSACTION')
  await reader.query('SELECT * FROM central_view.feed')
  await expect(keepFeed(pool, at(NOON_US))).rejects.toMatchObject({ code: 'ER_LOCK_WAIT_TIMEOUT' })
  await reader.query('COMMIT')
  reader.release()
  expect((await keepFeed(pool, at(NOON_US))).add).toHaveLength(3)
})
