import { createPool, type RowDataPacket } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { expect, test } from 'vitest'

const OURS = ['cdc', 'maintenance', 'migration', 'registry', 'service']

test('users come from this machine alone, also those that an earlier version let come from anywhere', async () => {
  const { root } = await freshDatabase('central')
  const pool = createPool(root, { connections: 1 })
  await pool.query("CREATE USER 'service'@'%' IDENTIFIED BY 'secret'")
  await freshDatabase('central')
  const [users] = await pool.query<RowDataPacket[]>(
    'SELECT DISTINCT user AS user, host AS host FROM mysql.user WHERE user IN (?) ORDER BY user',
    [OURS],
  )
  expect(users).toEqual(OURS.map((user) => ({ user, host: '127.0.0.1' })))
  await pool.end()
})
