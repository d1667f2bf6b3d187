import { datetimeOfUs } from '@shelfwire/contracts'
import type { Pool, ResultSetHeader } from '@shelfwire/mysql'

interface Slice {
  /** In µs. */
  beforeUs: number
  /** Rows in one statement. */
  limit: number
}

/** Deletes parked records that were resolved before then; open ones stay. Returns how many. */
export async function deleteResolvedParked(pool: Pool, { beforeUs, limit }: Slice): Promise<number> {
  const [deleted] = await pool.query<ResultSetHeader>(
    'DELETE FROM parked WHERE resolved_at < ? ORDER BY resolved_at LIMIT ?',
    [datetimeOfUs(beforeUs), limit],
  )
  return deleted.affectedRows
}

/**
 * Deletes changes of products that a later change superseded before then. So the newest of each SKU stays, by which the
 * next one is numbered, and the one that was in force then. Returns how many.
 */
export async function deleteSupersededChanges(pool: Pool, { beforeUs, limit }: Slice): Promise<number> {
  const [deleted] = await pool.query<ResultSetHeader>(
    `DELETE product_changes FROM product_changes JOIN (
       SELECT superseded.sku, superseded.revision FROM product_changes AS newer
       JOIN product_changes AS superseded
         ON superseded.sku = newer.sku AND superseded.revision = newer.revision - 1
       WHERE newer.changed_at < ? LIMIT ?
     ) AS old ON old.sku = product_changes.sku AND old.revision = product_changes.revision`,
    [datetimeOfUs(beforeUs), limit],
  )
  return deleted.affectedRows
}
