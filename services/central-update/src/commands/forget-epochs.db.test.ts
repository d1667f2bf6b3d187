import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { applyBatch } from '../apply/apply-batch.ts'
import { PROJECTIONS } from '../projections.ts'
import type { JournalRecord } from '../records/record.ts'
import { openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import { sendForgetEpochs } from './forget-epochs.ts'

test('a store gets forget_epochs once its new epoch is open and proved, and once only', async () => {
  await using central = await openCentral()
  const { pool } = central
  await central.register('store-1')
  const store = sampleStore('store-1')
  const tell = () => sendForgetEpochs(pool, NOON_US)
  const apply = (...records: JournalRecord[]) =>
    inTransaction(pool, (trx) =>
      applyBatch(trx, records, {
        ...{
          topic: 'journal',
          part: 0,
          nowUs: NOON_US,
          latestPingUs: NOON_US + 500_000,
          badRuns: new Map(),
          projections: PROJECTIONS,
        },
      }),
    )
  await apply(store.receive('milk', 5), store.beat(NOON_US))
  expect(await tell()).toEqual([])

  // In slices, with a sale between them: nothing is proved before `opened` and a beat behind it.
  store.beginEpoch()
  await apply(
    store.entry('opening', 'milk', 5),
    store.sell('milk', 1),
    store.receive('tea', 3),
    store.beat(NOON_US),
  )
  expect(await tell()).toEqual([])
  const [opening] = await central.rows('SELECT epoch, opened, suspect_reason FROM cursors')
  expect(opening).toMatchObject({ epoch: 2, opened: 0, suspect_reason: expect.stringMatching(/./) })
  const opened = store.entry('opened', null, 0)
  await apply(opened, store.beat(NOON_US + 1))
  const levels = await central.rows('SELECT sku, on_hand FROM stock ORDER BY sku')
  expect(levels).toEqual([
    { sku: 'milk', on_hand: 4 },
    { sku: 'tea', on_hand: 3 },
  ])

  const sent = await Promise.all([tell(), tell()])
  expect(sent.flat()).toEqual([{ storeId: 'store-1', below: 2 }])
  expect(await tell()).toEqual([])
  expect(await central.rows('SELECT number, kind, reference, body FROM commands')).toEqual([
    { number: 1, kind: 'forget_epochs', reference: 'epoch-2', body: '{"below":2}' },
  ])

  await apply(...store.openEpoch({ milk: 4 }), store.bad())
  expect(await tell()).toEqual([])
})
