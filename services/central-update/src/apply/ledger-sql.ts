import type { Entry } from '@shelfwire/contracts'
import { datetimeOfUs, inSlices, insertRows, MAX_KEYS_PER_LIST, type Transaction } from '@shelfwire/mysql'
import { contentHash } from './content-hash.ts'
import type { DailySales } from './daily-sales.ts'
import { ROWS_PER_WRITE } from './stock-sql.ts'

/** The content hashes of those of these entries that the ledger has, by seq. */
export async function readLedgerHashes(
  trx: Transaction,
  { part, storeId, epoch, seqs }: { part: number; storeId: string; epoch: number; seqs: readonly number[] },
): Promise<Map<number, Buffer>> {
  const hashes = new Map<number, Buffer>()
  await inSlices(
    seqs,
    async (slice) => {
      const rows = await trx.rows<{ seq: number; content_hash: Buffer }>(
        'SELECT seq, content_hash FROM central_view.ledger WHERE part = ? AND store_id = ? AND epoch = ? AND seq IN (?)',
        [part, storeId, epoch, slice],
      )
      for (const row of rows) hashes.set(row.seq, row.content_hash)
    },
    MAX_KEYS_PER_LIST,
  )
  return hashes
}

const LEDGER = {
  table: 'central_view.ledger',
  columns: [
    ...['part', 'store_id', 'epoch', 'seq', 'sku', 'kind', 'on_hand_delta', 'held_delta', 'on_hand', 'held'],
    ...['hold_id', 'caller', 'request_id', 'reference', 'reason', 'occurred_at', 'recorded_at'],
    ...['content_hash', 'applied_at'],
  ],
  binary: ['content_hash'],
}

/** Adds entries that the ledger doesn't have; the cursor lock and the holes have made sure of that. */
export async function insertLedger(
  trx: Transaction,
  { part, entries, nowUs }: { part: number; entries: readonly Entry[]; nowUs: number },
): Promise<void> {
  const appliedAt = datetimeOfUs(nowUs)
  const rowOf = (entry: Entry) => [
    part,
    entry.storeId,
    entry.epoch,
    entry.seq,
    entry.sku,
    entry.kind,
    entry.onHandDelta,
    entry.heldDelta,
    entry.onHand,
    entry.held,
    entry.holdId,
    entry.caller,
    entry.requestId,
    entry.reference,
    entry.reason,
    datetimeOfUs(entry.occurredAtUs),
    datetimeOfUs(entry.recordedAtUs),
    contentHash(entry),
    appliedAt,
  ]
  await inSlices(entries, (slice) => insertRows(trx, LEDGER, slice.map(rowOf)), ROWS_PER_WRITE)
}

/** Adds to the daily sums. */
export async function addDailySales(
  trx: Transaction,
  part: number,
  sums: readonly DailySales[],
): Promise<void> {
  await inSlices(
    sums,
    (slice) =>
      trx.run(
        `INSERT INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales) VALUES ?
       ON DUPLICATE KEY UPDATE units_sold = units_sold + VALUES(units_sold),
         units_returned = units_returned + VALUES(units_returned), sales = sales + VALUES(sales)`,
        [
          slice.map((sum) => [
            part,
            sum.storeId,
            sum.sku,
            sum.day,
            sum.unitsSold,
            sum.unitsReturned,
            sum.sales,
          ]),
        ],
      ),
    ROWS_PER_WRITE,
  )
}
