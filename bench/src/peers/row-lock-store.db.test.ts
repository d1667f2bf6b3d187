import { createPool } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { expect, test } from 'vitest'
import type { Write } from '../../../services/local-store/src/writes/write.ts'
import { writeOnce } from './row-lock-write.ts'
import { makeRowLockDatabase, type RowLockPeerOptions } from './start-row-lock-store.ts'

const AT = new Date('2026-11-20T10:00:00.000Z')

test.each<RowLockPeerOptions['numbering']>(['head', 'auto_increment'])(
  'the peer with one transaction per request sells on the migrated tables, numbered by %s',
  async (numbering) => {
    const { root } = await freshDatabase('local-store')
    const address = { ...root, database: 'peer' }
    await using pool = poolOf(root)
    await pool.query('DROP DATABASE IF EXISTS peer')
    await makeRowLockDatabase(address, numbering)
    await using peer = poolOf(address)
    const write = writeOnce({ pool: peer, numbering, now: () => AT })

    const received = await write(aWrite('receipt', 5, 'a'))
    const sold = await write(aWrite('sale', 2, 'b'))
    const resent = await write(aWrite('sale', 2, 'b'))

    expect([received.outcome, sold.outcome]).toEqual(['recorded', 'recorded'])
    expect(resent).toEqual(sold)
    const [levels] = await peer.query('SELECT on_hand FROM stock')
    const [numbers] = await peer.query('SELECT seq FROM journal ORDER BY seq')
    expect([levels, numbers]).toEqual([[{ on_hand: 3 }], [{ seq: 1 }, { seq: 2 }]])
  },
)

function poolOf(address: Parameters<typeof createPool>[0]) {
  const pool = createPool(address, { connections: 2 })
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() })
}

function aWrite(kind: Write['kind'], quantity: number, requestId: string): Write {
  return {
    ...{ kind, requestId, lines: [{ sku: 'SKU-1', quantity }] },
    ...{ caller: 'till', fingerprint: Buffer.alloc(16, requestId), policy: 'refuse' },
    ...{ reference: null, reason: null, occurredAtUs: null },
  }
}
