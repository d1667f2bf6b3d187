import { datetimeOfUs } from '@shelfwire/contracts'
import {
  connectLane,
  createPool,
  inTransaction,
  type Pool,
  type RowDataPacket,
  transact,
} from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appendCommands, type NewCommand } from './commands.ts'

const NOW_US = Date.UTC(2026, 4, 1, 12) * 1_000

let database: Awaited<ReturnType<typeof freshDatabase>>
let pool: Pool
beforeAll(async () => {
  database = await freshDatabase('central')
  pool = createPool(database.root, { connections: 4 })
})
beforeEach(async () => {
  for (const table of ['commands', 'command_heads', 'cursors']) await pool.query(`DELETE FROM ${table}`)
})
afterAll(() => pool.end())

const commandFor = (storeId: string): NewCommand => ({ storeId, kind: 'noop', reference: null, body: {} })

/** Appends in one transaction of a lane's session; says how many messages that took. */
async function append(storeIds: readonly string[]): Promise<{ numbers: number[]; messages: number }> {
  const connection = await connectLane(database.service)
  let messages = 0
  const query = connection.query.bind(connection)
  connection.query = ((message: { sql: string }) => {
    messages += 1
    return query(message)
  }) as typeof connection.query
  try {
    const numbers = await transact(connection, (trx) =>
      appendCommands(trx, { commands: storeIds.map(commandFor), nowUs: NOW_US }),
    )
    return { numbers, messages }
  } finally {
    await connection.end()
  }
}

test('commands for a hundred stores are two messages: one locks the heads, one writes and commits', async () => {
  const stores = Array.from({ length: 100 }, (_, index) => `store-${index}`)
  // The first commands make the heads, which is one more message.
  expect(await append(stores)).toEqual({ numbers: stores.map(() => 1), messages: 3 })
  expect(await append(stores)).toEqual({ numbers: stores.map(() => 2), messages: 2 })
})

test('commands are numbered by store, in the order in which they are given', async () => {
  await append(['store-2'])
  const { numbers } = await append(['store-2', 'store-1', 'store-2', 'store-3', 'store-1'])
  expect(numbers).toEqual([2, 1, 3, 1, 2])
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT store_id, next_number FROM command_heads ORDER BY store_id',
  )
  expect(rows.map((row) => [row.store_id, row.next_number])).toEqual([
    ['store-1', 3],
    ['store-2', 4],
    ['store-3', 2],
  ])
})

test('processes that give commands to the same stores at a time give no number twice and leave none out', async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, round) => {
      const commands = (round % 2 === 0 ? ['a', 'b'] : ['b', 'a']).map(commandFor)
      return inTransaction(pool, (trx) => appendCommands(trx, { commands, nowUs: NOW_US }))
    }),
  )
  const [rows] = await pool.query<RowDataPacket[]>('SELECT store_id, number FROM commands')
  for (const store of ['a', 'b']) {
    const numbers = rows.filter((row) => row.store_id === store).map((row) => Number(row.number))
    expect(numbers.sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  }
})

test('no command is given to any store when one of them has done commands that were never given', async () => {
  await append(['store-1'])
  const at = datetimeOfUs(NOW_US)
  await pool.query(
    `INSERT INTO cursors (part, store_id, epoch, seq, checksum, opened, as_of, commands_done, commands_moved_at,
       parked_open, updated_at) VALUES (0, 'store-1', 1, 0, '0000000000000000', 1, 0, 7, ?, 0, ?)`,
    [at, at],
  )
  await expect(append(['store-1', 'store-2'])).rejects.toMatchObject({ code: 'commands_stopped' })
  const [rows] = await pool.query<RowDataPacket[]>('SELECT store_id FROM commands')
  expect(rows).toHaveLength(1)
})
