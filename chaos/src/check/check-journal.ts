import { checksumOf, formatChecksum } from '@shelfwire/contracts'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import type { Harm, Violation } from './violation.ts'

interface Proof {
  invariant: string
  harm: Harm
  problem: string
  /** Returns the rows that violate the invariant; none when it holds. */
  sql: string
}

const PROOFS: readonly Proof[] = [
  {
    invariant: 'I1',
    harm: 'divergence',
    problem: "the sum of a SKU's deltas is not its level",
    sql: `SELECT s.sku, s.on_hand AS onHand, s.held, SUM(j.on_hand_delta) AS summed, SUM(j.held_delta) AS summedHeld
            FROM stock s JOIN head LEFT JOIN journal j ON j.sku = s.sku AND j.epoch = head.epoch
           GROUP BY s.sku, s.on_hand, s.held
          HAVING COALESCE(summed, 0) <> onHand OR COALESCE(summedHeld, 0) <> s.held`,
  },
  {
    invariant: 'I2',
    harm: 'other',
    problem: 'the numbers of an epoch are not 1 to n',
    sql: `SELECT j.epoch, COUNT(*) AS entries, MIN(seq) AS first, MAX(seq) AS last,
                 MAX(IF(head.epoch = j.epoch, head.next_seq - 1, NULL)) AS headSays
            FROM journal j JOIN head GROUP BY j.epoch
          HAVING first <> 1 OR last <> entries OR headSays <> last`,
  },
  {
    invariant: 'I4',
    harm: 'oversold',
    problem: 'held is negative or above onHand',
    sql: 'SELECT sku, on_hand, held FROM stock WHERE held < 0 OR held > on_hand OR on_hand < 0',
  },
  {
    invariant: 'I5',
    harm: 'oversold',
    problem: 'the journal up to some entry is below zero, or its levels are not its running sum',
    sql: `SELECT * FROM (
            SELECT epoch, seq, sku, on_hand,
                   SUM(on_hand_delta) OVER (PARTITION BY epoch, sku ORDER BY seq) AS running
              FROM journal WHERE sku IS NOT NULL) AS walked
           WHERE running < 0 OR running <> on_hand`,
  },
  {
    invariant: 'I17',
    harm: 'other',
    problem: "another store's entry",
    sql: 'SELECT j.epoch, j.seq, j.store_id FROM journal j JOIN head WHERE j.store_id <> head.store_id',
  },
]

const MOST_NAMED = 5

/** What a store's own database proves of itself: I1, I2, I4, I5, I17, and that its checksum is that of its levels. */
export async function checkJournal(storeId: string, store: Pool): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const { invariant, harm, problem, sql } of PROOFS) {
    const [rows] = await store.query<RowDataPacket[]>(`${sql} LIMIT ${MOST_NAMED}`)
    violations.push(
      ...rows.map((row) => ({ invariant, harm, storeId, detail: `${problem}: ${JSON.stringify(row)}` })),
    )
  }
  const [levels] = await store.query<RowDataPacket[]>('SELECT sku, on_hand AS onHand, held FROM stock')
  const [heads] = await store.query<RowDataPacket[]>('SELECT checksum FROM head')
  const summed = formatChecksum(checksumOf(levels as { sku: string; onHand: number; held: number }[]))
  if (heads[0]?.checksum !== summed) {
    const detail = `the head has checksum ${heads[0]?.checksum}, its levels make ${summed}`
    violations.push({ invariant: 'I3', harm: 'divergence', storeId, detail })
  }
  return violations
}
