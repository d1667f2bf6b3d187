import { appendCommands } from '@shelfwire/central'
import { inTransaction } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import { beginCursors, lockCursors, saveCursors } from '../store-state/cursors-sql.ts'
import { type CentralDatabase, openCentral } from '../testing/central-database.ts'
import { NOON_US } from '../testing/sample-store.ts'
import { selectStoresAhead } from './commands-sql.ts'
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
    const cursor = (await trx.ask(lockCursors({ part: 0, storeIds: ['store-1'] }))).get('store-1')
    if (cursor === undefined) throw new Error('it was begun')
    saveCursors(trx, {
      part: 0,
      cursors: [{ ...cursor, commandsDone, commandsMovedAtUs: nowUs, answeredPingUs: nowUs }],
    })
  })
}

/** The store's newest beat answers this ping, and it has done nothing more. */
async function answer({ pool }: CentralDatabase, pingUs: number): Promise<void> {
  await pool.query('UPDATE cursors SET answered_ping = ?', [pingUs])
}

const attempts = ({ rows }: CentralDatabase) =>
  rows('SELECT number, attempt FROM commands ORDER BY number, attempt')

test('commands that a store does not do are sent again after 15 s, all of them, in order, and again 15 s later', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 3, NOON_US)
  await done(central, 1, NOON_US + SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 15 * SECOND)).toEqual([])
  const standstill = { storeId: 'store-1', number: 2, resent: 2, overdue: false }
  await answer(central, NOON_US + 15 * SECOND)
  const both = [1, 2].map(() => resendOpenCommands(central.pool, NOON_US + 16 * SECOND))
  expect((await Promise.all(both)).flat()).toEqual([standstill])
  expect(await attempts(central)).toEqual([
    { number: 1, attempt: 1 },
    { number: 2, attempt: 1 },
    { number: 2, attempt: 2 },
    { number: 3, attempt: 1 },
    { number: 3, attempt: 2 },
  ])
  await answer(central, NOON_US + 30 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 30 * SECOND)).toEqual([])
  expect(await resendOpenCommands(central.pool, NOON_US + 31 * SECOND)).toEqual([standstill])
})

test('I14: new commands do not hide that an old one is stuck; after 60 s it pages', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 1, NOON_US)
  await tell(central, 1, NOON_US + 59 * SECOND)
  await answer(central, NOON_US + 59 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 60 * SECOND)).toEqual([
    { storeId: 'store-1', number: 1, resent: 2, overdue: true },
  ])
})

test('a store without open commands is left alone', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 1, NOON_US)
  await done(central, 1, NOON_US)
  expect(await resendOpenCommands(central.pool, NOON_US + 600 * SECOND)).toEqual([])
})

test('a store that is off is sent nothing a second time, for hours; once it answers a ping, it is sent what is open once', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 3, NOON_US)
  await answer(central, NOON_US - SECOND)
  for (let second = 15; second <= 8 * 3_600; second += 15 * 60)
    expect(await resendOpenCommands(central.pool, NOON_US + second * SECOND)).toEqual([])
  expect(await attempts(central)).toHaveLength(3)
  const back = NOON_US + 9 * 3_600 * SECOND
  await answer(central, back)
  expect(await resendOpenCommands(central.pool, back)).toMatchObject([{ number: 1, resent: 3 }])
  // That ping says nothing of what was sent just now.
  expect(await resendOpenCommands(central.pool, back + 60 * SECOND)).toEqual([])
  expect(await attempts(central)).toHaveLength(6)
})

test('commands that a beating store does not acknowledge are resent ever more seldom, at last every 10 minutes', async () => {
  await using central = await openCentral()
  await done(central, 0, NOON_US)
  await tell(central, 1, NOON_US)
  const sentAt: number[] = []
  for (let second = 15; second <= 3_400; second += 15) {
    await answer(central, NOON_US + second * SECOND)
    if ((await resendOpenCommands(central.pool, NOON_US + second * SECOND)).length > 0) sentAt.push(second)
  }
  expect(sentAt).toEqual([15, 30, 60, 120, 240, 480, 960, 1_560, 2_160, 2_760, 3_360])
})

test('a store whose new epoch has not said yet what it has done is sent nothing a second time', async () => {
  await using central = await openCentral()
  await tell(central, 3, NOON_US)
  await done(central, 0, NOON_US + 600 * SECOND)
  await answer(central, NOON_US + 599 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 660 * SECOND)).toEqual([])
  await answer(central, NOON_US + 601 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 660 * SECOND)).toMatchObject([{ resent: 3 }])
})

test("commands done in another era count as none: the present era's are sent again from number 1", async () => {
  await using central = await openCentral()
  await done(central, 7, NOON_US)
  await central.pool.query(
    "INSERT INTO command_heads (part, store_id, era, next_number) VALUES (0, 'store-1', 9, 1)",
  )
  await tell(central, 2, NOON_US)
  expect(await central.rows('SELECT era, number FROM commands')).toEqual([
    { era: 9, number: 1 },
    { era: 9, number: 2 },
  ])
  await answer(central, NOON_US + SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 15 * SECOND)).toMatchObject([
    { number: 1, resent: 2 },
  ])
  expect(await selectStoresAhead(central.pool)).toEqual([])
})

test('I14: a store that has done commands which were never given gets none any more, and that is reported', async () => {
  await using central = await openCentral()
  await tell(central, 2, NOON_US)
  await done(central, 2, NOON_US)
  expect(await selectStoresAhead(central.pool)).toEqual([])
  await done(central, 7, NOON_US)
  expect(await selectStoresAhead(central.pool)).toEqual([{ storeId: 'store-1', commandsDone: 7, given: 2 }])
  await expect(tell(central, 1, NOON_US)).rejects.toMatchObject({ code: 'commands_stopped' })
  await answer(central, NOON_US + 50 * SECOND)
  expect(await resendOpenCommands(central.pool, NOON_US + 60 * SECOND)).toEqual([])
  expect(await attempts(central)).toHaveLength(2)
})
