import { createPool, type RowDataPacket } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { revokeOldRights } from './prepare-database.ts'

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

test('a process of an earlier version keeps its rights through an upgrade, until they are revoked', async () => {
  const { root } = await freshDatabase('central')
  const pool = createPool(root, { connections: 1 })
  await pool.query("GRANT INSERT, UPDATE, DELETE ON central.margins TO 'service'@'127.0.0.1'")
  await pool.end()
  // Users, migrations and grants again, as by an upgrade.
  const { service, server } = await freshDatabase('central')
  const earlier = createPool(service, { connections: 1 })
  const useOldRight = () => earlier.query('DELETE FROM margins')
  await useOldRight()
  await revokeOldRights(server)
  await expect(useOldRight()).rejects.toMatchObject({ code: 'ER_TABLEACCESS_DENIED_ERROR' })
  // It may be run again, and where there was no earlier version.
  await revokeOldRights(server)
  await earlier.end()
})
