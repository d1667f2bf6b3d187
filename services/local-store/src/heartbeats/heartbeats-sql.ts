import { datetimeOfUs, formatChecksum } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import type { Head } from '../journal/books.ts'

/** The beat: last in its transaction, so that it stands in the binlog behind every entry it vouches for. */
export function saveBeat(
  trx: Transaction,
  { head, ping, nowUs }: { head: Head; ping: number; nowUs: number },
): void {
  const columns = ['epoch', 'seq', 'ping', 'era', 'commands_done', 'checksum', 'beat_at']
  trx.later(
    `INSERT INTO heartbeats (store_id, ${columns.join(', ')}) VALUES (?)
     ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
    [
      [
        head.storeId,
        head.epoch,
        head.nextSeq - 1,
        ping,
        head.era,
        head.commandsDone,
        formatChecksum(head.checksum),
        datetimeOfUs(nowUs),
      ],
    ],
  )
}
