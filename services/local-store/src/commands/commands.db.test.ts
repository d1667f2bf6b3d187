import type { Command } from '@shelfwire/contracts'
import { inTransaction } from '@shelfwire/mysql'
import { afterAll, describe, expect, test } from 'vitest'
import { readHead } from '../journal/head-sql.ts'
import { aWrite, brokenInvariants, journalOf, openStore, rowsOf, STORE_ID } from '../testing/open-store.ts'
import { copySlice, readSlice } from './resync/replays-sql.ts'

const store = await openStore()
afterAll(() => store[Symbol.asyncDispose]())
const { lane, pool } = store

const command = (number: number, more: Partial<Command> = {}): { command: Command } => ({
  command: {
    storeId: STORE_ID,
    era: 0,
    number,
    attempt: 1,
    kind: 'resync',
    reference: null,
    body: '{}',
    issuedAtUs: 0,
    ...more,
  },
})
const resync = (number: number, fromSeq: number, toSeq: number) =>
  command(number, { body: JSON.stringify({ epoch: 1, fromSeq, toSeq }) })
const replaysOf = (number: number) =>
  rowsOf<{ seq: number }>(pool, `SELECT * FROM replays WHERE command_number = ${number} ORDER BY seq`)
const commandsDone = async () => (await readHead(pool, STORE_ID)).commandsDone

await lane.write(
  aWrite('receipt', Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`sku-${index}`, 5]))),
)

describe('commands', () => {
  test('are done in the order of their numbers, each once', async () => {
    expect(await lane.command(resync(2, 1, 5))).toEqual({ outcome: 'dropped' })
    expect(await lane.command(resync(1, 3, 6))).toEqual({ outcome: 'done' })
    expect(await lane.command(resync(1, 3, 9))).toEqual({ outcome: 'repeat' })
    expect(await commandsDone()).toBe(1)
    const copied = (await replaysOf(1)).map(
      ({ command_number: _number, copied_on: _day, ...entry }: Record<string, unknown>) => entry,
    )
    expect(copied).toEqual(
      (await rowsOf(pool, 'SELECT * FROM journal WHERE seq BETWEEN 3 AND 6 ORDER BY seq')) as object[],
    )
  })

  test('that can not be done are answered by an entry and delay no command behind them', async () => {
    expect(await lane.command(command(2, { kind: 'dance' }))).toEqual({ outcome: 'refused' })
    const last = (await journalOf(pool)).at(-1)
    expect(last).toMatchObject({
      kind: 'command_refused',
      sku: null,
      reference: '2',
      reason: 'unknown kind dance',
    })
    expect(await lane.command(resync(3, 1, 1))).toEqual({ outcome: 'done' })
    expect(await commandsDone()).toBe(3)
    expect(await brokenInvariants(pool)).toEqual([])
  })

  test("of another store does nothing and leaves its number to the store's own", async () => {
    const before = await journalOf(pool)
    expect(await lane.command(command(4, { storeId: 'store-2' }))).toEqual({ outcome: 'not_ours' })
    expect(await commandsDone()).toBe(3)
    expect(await journalOf(pool)).toEqual(before)
  })

  test('asking for numbers that were never given are done without them', async () => {
    expect(await lane.command(resync(4, 24, 2 ** 40))).toEqual({ outcome: 'done' })
    expect((await replaysOf(4)).map(({ seq }) => seq)).toEqual([24, 25, 26])
  })
})

test('forget_epochs notes which epochs central needs no more, and never takes it back', async () => {
  const forget = (number: number, below: unknown) =>
    lane.command(command(number, { kind: 'forget_epochs', body: JSON.stringify({ below }) }))
  const covered = async () =>
    (await rowsOf<{ covered_epoch: number }>(pool, 'SELECT covered_epoch FROM head'))[0]
  expect(await forget(5, 7)).toEqual({ outcome: 'done' })
  expect(await forget(6, 3)).toEqual({ outcome: 'done' })
  expect(await covered()).toEqual({ covered_epoch: 7 })
  expect(await forget(7, 'all')).toEqual({ outcome: 'refused' })
  expect(await covered()).toEqual({ covered_epoch: 7 })
})

test('a greater era begins at number 1: it is done, its replays travel again, and the old era is over', async () => {
  const ofEra = (era: number, { command }: { command: Command }) => ({ command: { ...command, era } })
  const era = 1_790_000_000_000_000
  expect(await lane.command(ofEra(era, resync(2, 1, 2)))).toEqual({ outcome: 'dropped' })
  expect(await lane.command(ofEra(era, resync(1, 3, 6)))).toEqual({ outcome: 'done' })
  expect(await lane.command(ofEra(era, resync(1, 3, 6)))).toEqual({ outcome: 'repeat' })
  expect(await replaysOf(era + 1)).toHaveLength(4)
  expect(await lane.command(resync(5, 1, 1))).toEqual({ outcome: 'dropped' })
  expect(await lane.command(ofEra(era, command(2, { kind: 'dance' })))).toEqual({ outcome: 'refused' })
  expect(await readHead(pool, STORE_ID)).toMatchObject({ era, commandsDone: 2 })
  await lane.beat(() => 7)
  expect(await rowsOf(pool, 'SELECT era, commands_done FROM heartbeats')).toEqual([{ era, commands_done: 2 }])
  expect(await brokenInvariants(pool)).toEqual([])
})

test('a long stretch is copied slice by slice, and a slice that is copied again changes nothing', async () => {
  const copy = (fromSeq: number) =>
    inTransaction(pool, async (trx) => {
      const range = { epoch: 1, fromSeq, toSeq: 25 }
      const { lastSeq, rows } = await readSlice(trx, range, 10)
      const copied = { ...range, toSeq: lastSeq ?? 0 }
      await copySlice(trx, { number: 99, range: copied, copiedOn: '2026-05-01' })
      return [lastSeq, rows]
    })
  expect(await copy(1)).toEqual([10, 10])
  expect(await copy(1)).toEqual([10, 10])
  expect(await copy(11)).toEqual([20, 10])
  expect(await copy(21)).toEqual([25, 5])
  expect((await replaysOf(99)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  )
})
