import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Connection,
  combine,
  connectLane,
  createPool,
  type DatabaseAddress,
  insertRows,
  known,
  type Pool,
  type Query,
  type ResultSetHeader,
  select,
  type Transaction,
  transact,
} from './index.ts'

let root: DatabaseAddress
let pool: Pool

beforeAll(async () => {
  root = (await freshDatabase('central')).root
  pool = createPool(root, { connections: 2 })
  await pool.query('CREATE TABLE steps (id INT NOT NULL PRIMARY KEY, at INT NOT NULL AUTO_INCREMENT UNIQUE)')
})
beforeEach(() => pool.query('TRUNCATE TABLE steps'))
afterAll(async () => {
  await pool.query('DROP TABLE steps')
  await pool.end()
})

const INSERT = 'INSERT INTO steps (id) VALUES (?)'
const insert = (id: number): Query<number> => ({
  statements: [{ sql: INSERT, values: [id] }],
  read: ([result]) => (result as ResultSetHeader).affectedRows,
})
const selectIds = combine([select<{ id: number }>('SELECT id FROM steps ORDER BY at')], ([rows]) =>
  rows.map(({ id }) => id),
)
const insertLater = (trx: Transaction, id: number) => trx.later(INSERT, [id])

/** Keeps the text of each message that the session sends. */
function watchMessages(session: Connection): string[] {
  const messages: string[] = []
  const query = session.query.bind(session)
  session.query = ((...given: Parameters<typeof query>) => {
    messages.push((given[0] as unknown as { sql: string }).sql)
    return query(...given)
  }) as typeof session.query
  return messages
}

describe.each([
  ['a session of a lane', () => connectLane(root)],
  ['a session of a pool', () => pool.getConnection()],
])('on %s', (_, open) => {
  let session: Connection & { release?: () => void }
  beforeEach(async () => {
    session = await open()
    return () => session.destroy()
  })

  test('queries given to together run in that order, and each gets its own answer', async () => {
    const answers = await transact(session, (trx) =>
      trx.together([insert(7), selectIds, known('known'), insert(3), selectIds]),
    )
    expect(answers).toEqual([1, [7], 'known', 1, [7, 3]])
  })

  test('a query that fails rejects the whole of together, and none behind it is run', async () => {
    await transact(session, async (trx) => {
      const failing = trx.together([insert(1), insert(1), insert(2), selectIds])
      await expect(failing).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
      expect(await trx.ask(selectIds)).toEqual([1])
    })
  })

  test('a call made while another is under way is refused, and nothing of the transaction stays', async () => {
    const careless = (trx: Transaction) => Promise.all([trx.ask(insert(1)), trx.ask(insert(2))])
    await expect(transact(session, careless)).rejects.toThrow(/one call at a time/)
    expect(await transact(session, (trx) => trx.ask(selectIds))).toEqual([])
  })

  test('deferred statements go ahead of the next call, at the latest ahead of COMMIT', async () => {
    const seen = await transact(session, async (trx) => {
      insertLater(trx, 7)
      insertLater(trx, 3)
      const [seen] = await trx.together([selectIds])
      insertLater(trx, 5)
      return seen
    })
    expect(seen).toEqual([7, 3])
    expect(await transact(session, (trx) => trx.ask(selectIds))).toEqual([7, 3, 5])
  })

  test('deferred statements keep their order beside rows that go as a file', async () => {
    const many = Array.from({ length: 200 }, (_, index) => [index + 1])
    const seen = await transact(session, async (trx) => {
      insertLater(trx, 2_000)
      await insertRows(trx, { table: 'steps', columns: ['id'] }, many)
      insertLater(trx, 1_000)
      return trx.ask(selectIds)
    })
    expect(seen).toEqual([2_000, ...many.flat(), 1_000])
  })

  test('a deferred statement that fails rejects the call it goes with, and the transaction', async () => {
    const withCommit = async (trx: Transaction) => {
      await trx.ask(insert(1))
      insertLater(trx, 2)
      insertLater(trx, 2)
    }
    await expect(transact(session, withCommit)).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
    const withNext = async (trx: Transaction) => {
      await withCommit(trx)
      await expect(trx.ask(insert(3))).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
      throw new Error('given up')
    }
    await expect(transact(session, withNext)).rejects.toThrow('given up')
    expect(await transact(session, (trx) => trx.ask(selectIds))).toEqual([])
  })
})

test('a lane sends one message for START TRANSACTION with the first call, one for each call, one with COMMIT', async () => {
  const lane = await connectLane(root)
  const messages = watchMessages(lane)
  await transact(lane, async (trx) => {
    await trx.together([insert(1), insert(2), selectIds])
    insertLater(trx, 3)
    await trx.together([insert(4)])
    insertLater(trx, 5)
    insertLater(trx, 6)
  })
  const insertOf = (id: number) => `INSERT INTO steps (id) VALUES (${id})`
  expect(messages.map((message) => message.split(';\n'))).toEqual([
    ['START TRANSACTION', insertOf(1), insertOf(2), 'SELECT id FROM steps ORDER BY at'],
    [insertOf(3), insertOf(4)],
    [insertOf(5), insertOf(6), 'COMMIT'],
  ])
  lane.destroy()
})

test('the error of a message with several statements names them', async () => {
  const lane = await connectLane(root)
  const failing = transact(lane, async (trx) => {
    insertLater(trx, 1)
    insertLater(trx, 1)
  })
  const names = 'START TRANSACTION; INSERT INTO steps; INSERT INTO steps; COMMIT'
  await expect(failing).rejects.toThrow(`(in one message: ${names})`)
  lane.destroy()
})

test('statements too long for one message go in several', async () => {
  const lane = await connectLane(root)
  const messages = watchMessages(lane)
  const long = 'x'.repeat(3_000_000)
  await transact(lane, async (trx) => {
    for (const id of [1, 2, 3]) trx.later('INSERT INTO steps (id) VALUES (? + LENGTH(?) * 0)', [id, long])
  })
  expect(messages).toHaveLength(3)
  expect(await transact(lane, (trx) => trx.ask(selectIds))).toEqual([1, 2, 3])
  lane.destroy()
})
