import type { Pool, RowDataPacket } from '@shelfwire/mysql'

/** The database's time at this moment, in ms since 1970. */
export async function readTimeMs(pool: Pool): Promise<number> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000 AS DOUBLE) AS now',
  )
  return Number(rows[0]?.now)
}

/** By the database's own clock: a row must not outlive its sender because the sender's clock is wrong. */
export async function noteBound(
  pool: Pool,
  { instance, boundMs }: { instance: string; boundMs: number },
): Promise<void> {
  await pool.query(
    `INSERT INTO clock_bounds (instance, bound_us, measured_at) VALUES (?, ?, UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE bound_us = VALUES(bound_us), measured_at = VALUES(measured_at)`,
    [instance, boundMs * 1_000],
  )
}

/** The widest bound that a sender of pings has written down in the last ten minutes; null when none has. */
export async function readSendersBoundMs(pool: Pool): Promise<number | null> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT MAX(bound_us) AS bound_us FROM clock_bounds WHERE measured_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE',
  )
  const boundUs = rows[0]?.bound_us ?? null
  return boundUs === null ? null : Math.ceil(Number(boundUs) / 1_000)
}
