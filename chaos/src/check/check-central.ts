import { partOf } from '@shelfwire/central'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import { compareAll, type Databases } from '@shelfwire/verify'
import type { Violation } from './violation.ts'

/** How many resync commands central has ever sent for missing entries. */
export async function countResyncs({ central }: Databases): Promise<number> {
  const [rows] = await central.query<RowDataPacket[]>(
    "SELECT COUNT(*) AS resyncs FROM central.commands WHERE kind = 'resync'",
  )
  return Number(rows[0]?.resyncs)
}

/** Central against every store after the load has stopped: I3 row by row and by checksum, I16 for the daily sums, I17. */
export async function checkCentral(databases: Databases): Promise<Violation[]> {
  const comparisons = await compareAll(databases)
  const differences = comparisons.flatMap((comparison) => comparison.differences)
  const violations = differences.map(({ storeId, where, field, store, central }): Violation => {
    const detail = `${where}, ${field}: store ${store}, central ${central}`
    return { invariant: 'I3', harm: 'divergence', storeId, detail }
  })
  for (const [storeId, store] of databases.stores) {
    violations.push(...(await checkStore(storeId, store, databases.central)))
  }
  return violations
}

async function checkStore(storeId: string, store: Pool, central: Pool): Promise<Violation[]> {
  const place = [partOf(storeId), storeId]
  const [heads] = await store.query<RowDataPacket[]>('SELECT checksum FROM head')
  const [cursors] = await central.query<RowDataPacket[]>(
    'SELECT checksum, suspect_reason FROM central.cursors WHERE part = ? AND store_id = ?',
    place,
  )
  const violations: Violation[] = []
  const [head, cursor] = [heads[0]?.checksum, cursors[0]?.checksum]
  if (head !== cursor) {
    const detail = `checksum: store ${head}, central ${cursor}`
    violations.push({ invariant: 'I3', harm: 'divergence', storeId, detail })
  }
  const [strangers] = await central.query<RowDataPacket[]>(
    `SELECT epoch, seq, request_id FROM central_view.ledger
      WHERE part = ? AND store_id = ? AND request_id LIKE 'chaos-%' AND request_id NOT LIKE CONCAT('%-', store_id, '-%')
      LIMIT 5`,
    place,
  )
  for (const row of strangers) {
    violations.push({
      invariant: 'I17',
      harm: 'other',
      storeId,
      detail: `another store's: ${JSON.stringify(row)}`,
    })
  }
  const [summed, kept] = await Promise.all([
    dailySums(store, SUMMED_JOURNAL, []),
    dailySums(central, KEPT_SUMS, place),
  ])
  for (const [day, sums] of new Map([...summed, ...kept])) {
    if (summed.get(day) === kept.get(day)) continue
    const detail = `daily sales of ${day}: summed again ${summed.get(day)}, kept ${kept.get(day) ?? sums}`
    violations.push({ invariant: 'I16', harm: 'divergence', storeId, detail })
  }
  return violations
}

/** What the store's journal has: after a restore that is less than central's ledger has. */
const SUMMED_JOURNAL = `
  SELECT sku, DATE_FORMAT(occurred_at, '%Y-%m-%d') AS day,
         SUM(IF(kind = 'sale', -on_hand_delta, 0)) AS sold, SUM(IF(kind = 'return', on_hand_delta, 0)) AS returned,
         SUM(kind = 'sale') AS sales
    FROM journal WHERE kind IN ('sale', 'return') GROUP BY sku, day`
const KEPT_SUMS = `
  SELECT sku, DATE_FORMAT(day, '%Y-%m-%d') AS day, units_sold AS sold, units_returned AS returned, sales
    FROM central_view.daily_sales
    WHERE part = ? AND store_id = ? AND (units_sold <> 0 OR units_returned <> 0 OR sales <> 0)`

async function dailySums(pool: Pool, sql: string, values: unknown[]): Promise<Map<string, string>> {
  const [rows] = await pool.query<RowDataPacket[]>(sql, values)
  return new Map(
    rows.map(({ sku, day, sold, returned, sales }) => [
      `${sku} ${day}`,
      `${Number(sold)} sold, ${Number(returned)} returned, ${Number(sales)} sales`,
    ]),
  )
}
