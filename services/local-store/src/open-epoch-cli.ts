/**
 * Opens an epoch of one store: its journal starts again with what its stock says. Prints what it did as one line of
 * JSON. `npm run store -- open-epoch` calls it, with the service stopped. The epoch is the next one, or the
 * one above that which is named.   open-epoch-cli.ts [REASON [ABOVE]]
 */
import { formatChecksum } from '@shelfwire/contracts'
import { connectLane, createPool, readerOn } from '@shelfwire/mysql'
import { readOpeningConfig } from './config.ts'
import { openEpoch } from './epochs/open-epoch.ts'
import { readHeadOn } from './journal/head-sql.ts'
import { makeRoom } from './retention/journal-room.ts'

const { storeId, database, maintenance: keeper } = readOpeningConfig()
const [reason = 'opened by hand', above = '0'] = process.argv.slice(2)
if (!/^\d{1,9}$/.test(above)) throw new Error(`ABOVE is ${above}; it must be an epoch, a whole number from 0`)
const connection = await connectLane(database)
const maintenance = createPool(keeper, { connections: 1 })
try {
  const reader = readerOn(connection)
  const aboveEpoch = Math.max((await readHeadOn(reader, storeId)).epoch, Number(above))
  await makeRoom(maintenance, reader, aboveEpoch + 1)
  const { head, skus } = await openEpoch(connection, { storeId, reason, aboveEpoch, now: () => new Date() })
  console.log(JSON.stringify({ epoch: head.epoch, skus, checksum: formatChecksum(head.checksum) }))
} finally {
  connection.destroy()
  await maintenance.end()
}
