import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Connection,
  connectLane,
  createPool,
  type DatabaseAddress,
  insertRows,
  type Pool,
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

const insert = (trx: Transaction, id: number) => trx.run('INSERT INTO steps (id) VALUES (?)', [id])
const insertLater = (trx: Transaction, id: number) => trx.later('INSERT INTO steps (id) VALUES (?)', [id])
const ids = async (reader: Transaction) =>
  (await reader.rows<{ id: number }>('SELECT id FROM steps ORDER BY at')).map(({ id }) => id)

/** How many messages the session sends for `story`, which the server counts. */
async function messagesOf(
  session: Connection,
  story: (trx: Transaction) => Promise<unknown>,
): Promise<number> {
  let sent = 0
  const query = session.query.bind(session)
  session.query = ((...given: Parameters<typeof query>) => {
    sent += 1
    return query(...given)
  }) as typeof session.query
  await transact(session, story)
  session.query = query
  return sent
}

describe.each([
  ['a session of a lane', () => connectLane(root)],
  ['a session of a pool', () => pool.getConnection()],
])('statements handed over together, on %s', (_, open) => {
  let session: Connection & { release?: () => void }
  beforeEach(async () => {
    session = await open()
    return () => session.destroy()
  })

  test('run in that order, and each gets its own result', async () => {
    const results = await transact(session, (trx) =>
      Promise.all([
        insert(trx, 7),
        ids(trx),
        insert(trx, 3),
        trx.run('UPDATE steps SET id = id + 10'),
        ids(trx),
      ]),
    )
    expect(results).toMatchObject([
      { affectedRows: 1 },
      [7],
      { affectedRows: 1 },
      { affectedRows: 2 },
      [17, 13],
    ])
  })

  test('keep their order beside rows that go as a file', async () => {
    const many = Array.from({ length: 200 }, (_, index) => [index + 1])
    const seen = await transact(session, async (trx) => {
      const file = insertRows(trx, { table: 'steps', columns: ['id'] }, many)
      const [, , last] = await Promise.all([file, insert(trx, 1_000), ids(trx)])
      return last
    })
    expect(seen).toEqual([...many.flat(), 1_000])
  })

  test('end with the first that fails: none behind it is run', async () => {
    await transact(session, async (trx) => {
      const handed = [insert(trx, 1), insert(trx, 1), insert(trx, 2), ids(trx)]
      const outcomes = await Promise.allSettled(handed)
      expect(outcomes.slice(1).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      expect(await ids(trx)).toEqual([1])
    })
  })

  test('for later go ahead of whatever is next, at the latest of COMMIT', async () => {
    const seen = await transact(session, async (trx) => {
      insertLater(trx, 7)
      insertLater(trx, 3)
      const seen = await ids(trx)
      insertLater(trx, 5)
      return seen
    })
    expect(seen).toEqual([7, 3])
    expect(await transact(session, ids)).toEqual([7, 3, 5])
  })

  test('for later that fail take with them what is next, and all of the transaction', async () => {
    const twice = async (trx: Transaction) => {
      await insert(trx, 1)
      insertLater(trx, 2)
      insertLater(trx, 2)
    }
    await expect(transact(session, twice)).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
    const twiceAndOn = async (trx: Transaction) => {
      await twice(trx)
      await expect(insert(trx, 3)).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' })
      throw new Error('told')
    }
    await expect(transact(session, twiceAndOn)).rejects.toThrow('told')
    expect(await transact(session, ids)).toEqual([])
  })
})

test('a lane says what belongs together in one message, the beginning included', async () => {
  const story = async (trx: Transaction) => {
    await Promise.all([insert(trx, 1), insert(trx, 2), ids(trx)])
    await Promise.all([insert(trx, 3), insert(trx, 4)])
    insertLater(trx, 5)
    insertLater(trx, 6)
  }
  const lane = await connectLane(root)
  expect(await messagesOf(lane, story)).toBe(3)
  lane.destroy()
})

test('what is too long for one message goes in several', async () => {
  const lane = await connectLane(root)
  const long = 'x'.repeat(3_000_000)
  const story = async (trx: Transaction) => {
    for (const id of [1, 2, 3]) trx.later('INSERT INTO steps (id) VALUES (? + LENGTH(?) * 0)', [id, long])
  }
  expect(await messagesOf(lane, story)).toBe(3)
  expect(await transact(lane, ids)).toEqual([1, 2, 3])
  lane.destroy()
})
