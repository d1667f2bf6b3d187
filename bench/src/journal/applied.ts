import { setTimeout as pause } from 'node:timers/promises'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import { MARKER } from './fill-journal.ts'
import type { SimulatedStore } from './simulated-store.ts'

const LOOK_EVERY_MS = 25
/** The first tenth warms caches and JIT compilers and isn't measured. */
const WARM_UP_SHARE = 0.1
const GIVE_UP_MS = 300_000

/** The same query to both sides, which reads a few rows: how far each store is applied. */
async function appliedEntries(database: Pool, table: string): Promise<number> {
  const [[row]] = await database.query<RowDataPacket[]>(
    `SELECT CAST(COALESCE(SUM(seq), 0) AS SIGNED) AS applied FROM ${table} WHERE ${whereMarker(table)}`,
    [MARKER],
  )
  return Number(row?.applied)
}

/** The keys of central's tables begin with the part. */
function whereMarker(table: string): string {
  return table.startsWith('central') ? 'part = 0 AND sku = ?' : 'sku = ?'
}

/** Waits until `total` entries are applied; entries per second from the warm-up's end to the last. */
export async function measureApplied(database: Pool, table: string, total: number): Promise<number> {
  const gaveUpMs = performance.now() + GIVE_UP_MS
  let warm: { applied: number; atMs: number } | undefined
  for (;;) {
    const applied = await appliedEntries(database, table)
    const atMs = performance.now()
    if (warm === undefined && applied >= total * WARM_UP_SHARE) warm = { applied, atMs }
    if (applied === total && warm !== undefined) return ((total - warm.applied) / (atMs - warm.atMs)) * 1_000
    if (atMs > gaveUpMs)
      throw new Error(`${table}: ${applied} of ${total} entries applied after ${GIVE_UP_MS / 1_000} s`)
    await pause(LOOK_EVERY_MS)
  }
}

/** Compares every level with the store's, row by row. */
export async function unequalLevels(
  database: Pool,
  table: string,
  stores: readonly SimulatedStore[],
): Promise<string[]> {
  const [rows] = await database.query<RowDataPacket[]>(
    `SELECT store_id, sku, on_hand, held, seq FROM ${table}`,
  )
  const found = new Map(rows.map((row) => [`${row.store_id} ${row.sku}`, row]))
  const wrong: string[] = []
  let levels = 0
  for (const { storeId, levels: expected } of stores) {
    levels += expected.size
    for (const { sku, onHand, held, seq } of expected.values()) {
      const row = found.get(`${storeId} ${sku}`)
      if (row?.on_hand === onHand && row.held === held && row.seq === seq) continue
      wrong.push(`${storeId} ${sku} is ${JSON.stringify(row)}, the store has ${onHand} at ${seq}`)
    }
  }
  if (rows.length !== levels) wrong.push(`${rows.length} levels, the stores have ${levels}`)
  return wrong.slice(0, 5)
}
