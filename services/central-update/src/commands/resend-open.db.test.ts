import { appendCommands } from '@shelfwire/central'
import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { beginCursors, lockCursors, saveCursors } from '../apply/cursor-sql.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US } from '../testing/sample-store.ts'
import { resendOpenCommands } from './resend-open.ts'

const SECOND = 1_000_000

async function tell({ pool }: CentralDatabase, count: number, nowUs: number): Promise<void> {
  const body = { epoch: 1, fromSeq: 1, toSeq: 1 }
  const commands = Array.from({ length: count }, () => ({
    storeId: 'store-1',
    kind: 'resync' as const,
    reference: null,
    body,
  }))
  await inTransaction(pool, (trx) => appendCommands(trx, { commands, nowUs }))
}

async function done({ pool }: CentralDatabase, commandsDone: number, nowUs: number): Promise<void> {
  await inTransaction(pool, async (trx) => {
    await beginCursors(trx, { part: 0, storeIds: ['store-1'], nowUs })
    const cursor = (await lockCursors(trx, { part: 0, storeIds: ['store-1'] })).get('store-1')
    if (cursor === undefined) throw new Error('it was begun')
    saveCursors(trx, {
      part: 0,
      cursors: [{ ...cursor, commandsDone, commandsMovedAtUs: nowUs }],
    })
  })
}

const attempts = ({ rows }: CentralDatabase) =>
  rows('SELECT number, attempt FROM commands ORDER BY number, attempt')

test('commands that a store does not do are sent again after 15 s, all of them, in order, and again 15 s later', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 3, NOON_US)
  await done(central, 1, NOON_US + SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 15 * SECOND)).toEqual([])
  const standstill = { storeId: 'store-1', number: 2, sentAgain: 2, overdue: false }
  const both = [1, 2].map(() => resendOpenCommands(central.pool, NOON_US + 16 * SECOND))
  expect((await Promise.all(both)).flat()).toEqual([standstill])
  expect(await attempts(central)).toEqual([
    { number: 1, attempt: 1 },
    { number: 2, attempt: 1 },
    { number: 2, attempt: 2 },
    { number: 3, attempt: 1 },
    { number: 3, attempt: 2 },
  ])
  expect(await resendOpenCommands(central.pool, NOON_US + 30 * SECOND)).toEqual([])
  expect(await resendOpenCommands(central.pool, NOON_US + 31 * SECOND)).toEqual([standstill])
})

test('I14: new commands do not hide that an old one is stuck; after 60 s it pages', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 1, NOON_US)
  await tell(central, 1, NOON_US + 59 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 60 * SECOND)).toEqual([
    { storeId: 'store-1', number: 1, sentAgain: 2, overdue: true },
  ])
})

test('a store without open commands is left alone', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 1, NOON_US)
  await done(central, 1, NOON_US)
  expect(await resendOpenCommands(central.pool, NOON_US + 600 * SECOND)).toEqual([])
})
