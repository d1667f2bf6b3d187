/**
 * Opens an epoch of one store: its journal starts again with what its stock says. Prints what it did as one line of
 * JSON. `npm run store -- open-epoch` calls it, with the service stopped. The epoch is the next one, or the
 * one above that which is named.   open-epoch-cli.ts [REASON [ABOVE]]
 */
import { formatChecksum } from '@shelfwire/contracts'
import { connectLane, transact } from '@shelfwire/mysql'
import { readOpeningConfig } from './config.ts'
import { openEpoch } from './epochs/open-epoch.ts'

/** An entry for each SKU takes a while; a server that is silent for longer has stopped. */
const ANSWER_WITHIN_MS = 120_000

const { storeId, database } = readOpeningConfig()
const [reason = null, above = '0'] = process.argv.slice(2)
if (!/^\d{1,9}$/.test(above)) throw new Error(`ABOVE is ${above}; it must be an epoch, a whole number from 0`)
const connection = await connectLane(database)
try {
  const { head, skus } = await transact(
    connection,
    (trx) => openEpoch(trx, { storeId, reason, aboveEpoch: Number(above), now: () => new Date() }),
    { answerWithinMs: ANSWER_WITHIN_MS },
  )
  console.log(JSON.stringify({ epoch: head.epoch, skus, checksum: formatChecksum(head.checksum) }))
} finally {
  connection.destroy()
}
