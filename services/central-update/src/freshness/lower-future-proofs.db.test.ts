import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { applyBatch } from '../apply/apply-batch.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import { lowerFutureProofs } from './lower-future-proofs.ts'

const HOUR_US = 3_600_000_000
const BOUND_US = 10_000

test.each([30_000_000, HOUR_US])(
  'I12: the asOf of a clock that was %i µs ahead is taken back with an alarm, and does not count once its time has come',
  async (leapUs) => {
    await using central = await openCentral()
    const { pool } = central
    for (const storeId of ['store-1', 'store-2']) await central.register(storeId)
    const apply = (records: JournalRecord[], nowUs: number) => {
      const options = {
        topic: 'journal',
        part: 0,
        nowUs,
        latestPingUs: nowUs + BOUND_US,
        badRuns: new Map(),
        projections: PROJECTIONS,
      }
      return inTransaction(pool, (trx) => applyBatch(trx, records, options))
    }
    const proofs = async () =>
      Object.fromEntries(
        (await central.rows('SELECT store_id, as_of FROM cursors')).map(({ store_id, as_of }) => [
          store_id,
          as_of,
        ]),
      )
    const lower = (nowUs: number) => lowerFutureProofs(pool, { latestUs: nowUs + BOUND_US, nowUs })

    // One process sends pings and applies, and its clock is ahead.
    const dead = sampleStore('store-1')
    const alive = sampleStore('store-2', { partition: 1 })
    const ahead = NOON_US + leapUs
    await apply(
      [dead.receive('SKU-1', 5), dead.beat(ahead), alive.receive('SKU-1', 5), alive.beat(ahead)],
      ahead,
    )
    expect(await lower(ahead)).toEqual([])
    expect(await proofs()).toEqual({ 'store-1': ahead, 'store-2': ahead })

    // Its clock is set right; one store never beats again.
    expect(await lower(NOON_US)).toEqual([
      { storeId: 'store-1', asOfUs: ahead },
      { storeId: 'store-2', asOfUs: ahead },
    ])
    expect((await central.feed()).at(-1)?.changes.freshness).toEqual([
      { storeId: 'store-2', asOfUs: 0, suspect: null, rebuilding: false },
    ])
    await apply([alive.beat(NOON_US)], NOON_US)
    expect(await proofs()).toEqual({ 'store-1': 0, 'store-2': NOON_US })
    expect(await lower(ahead)).toEqual([])
  },
)
