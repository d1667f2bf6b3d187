import { freshDatabase, openProxy } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import { createPool, doChores, readPartitions } from './index.ts'

test('when the server is silent while a partition is made, the connection is closed and the next run makes it', async () => {
  const { root } = await freshDatabase('central')
  const wire = await openProxy({ host: '127.0.0.1', port: root.port })
  const pool = createPool({ ...root, host: '127.0.0.1', port: wire.port }, { connections: 1 })
  await pool.query(
    `CREATE TABLE days (day DATE NOT NULL) PARTITION BY RANGE COLUMNS (day)
     (PARTITION rest VALUES LESS THAN (MAXVALUE))`,
  )
  const table = { schema: String(root.database), table: 'days' }
  const add = (name: string, below: string) => ({ add: [{ name, below }], drop: [] })
  const partitions = await readPartitions(pool, table)
  wire.onClientText('VALUES LESS THAN (MAXVALUE))', 'keep the answer back')
  await expect(
    doChores(pool, table, { ...add('first', '2026-05-02'), partitions, answerWithinMs: 300 }),
  ).rejects.toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
  // The server may have made it nevertheless, so the partitions are read again.
  const found = await readPartitions(pool, table)
  await doChores(pool, table, { ...add('second', '2026-05-03'), partitions: found })
  expect((await readPartitions(pool, table)).map(({ name }) => name)).toEqual(['first', 'second', 'rest'])
  await pool.query('DROP TABLE days')
  await pool.end()
})
