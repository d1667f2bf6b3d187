import { fillingSession } from '@shelfwire/testkit'
import { createConnection } from 'mysql2/promise'
import type { OpenStore } from './open-store.ts'

const KEYS = [
  'journal_by_request (caller, request_id)',
  'journal_by_sku (sku, epoch, seq)',
  'journal_by_sku_and_times (sku, recorded_at, occurred_at, kind, on_hand_delta)',
]

/** The first SKUs of {@link fillJournal}; every fifth entry is of the first. */
export const SKUS = Array.from({ length: 1_000 }, (_, index) => `sku-${String(index).padStart(5, '0')}`)

/**
 * Gives an empty store a past: so many receipts of one unit each, of `skus` SKUs, evenly over the last 30 days. The indexes are built
 * afterwards, which is several times faster.
 */
export async function fillJournal(store: OpenStore, entries: number, skus = SKUS.length): Promise<void> {
  const root = await createConnection({ ...store.root, multipleStatements: true })
  try {
    await root.query(fillingSession(entries))
    await root.query(`ALTER TABLE journal ${KEYS.map((key) => `DROP KEY ${key.split(' ')[0]}`).join(', ')}`)
    await root.query(
      `INSERT INTO journal
       WITH RECURSIVE numbers (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < ${entries}),
       entries AS (SELECT seq, CONCAT('sku-', LPAD(IF(seq % 5 = 0, 0, seq MOD ${skus}), 5, '0')) AS sku,
         TIMESTAMPADD(MICROSECOND, -1000000 - (${entries} - seq) * (30 * 86400000000 DIV ${entries}), UTC_TIMESTAMP(6)) AS at
         FROM numbers)
       SELECT 1, seq, 'store-1', sku, 'receipt', 1, 0, seq, 0, NULL, 'old', CONCAT('old-', seq), NULL, NULL, at, at
       FROM entries`,
    )
    await root.query(`ALTER TABLE journal ${KEYS.map((key) => `ADD KEY ${key}`).join(', ')}`)
    await root.query(
      `INSERT INTO stock (sku, sku_folded, on_hand, held, epoch, seq, updated_at)
       SELECT sku, sku, COUNT(*), 0, 1, MAX(seq), MAX(recorded_at) FROM journal GROUP BY sku;
       UPDATE head SET next_seq = ${entries} + 1; ANALYZE TABLE journal, stock`,
    )
  } finally {
    await root.end()
  }
}
