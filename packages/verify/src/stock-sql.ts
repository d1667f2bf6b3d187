import { partOf } from '@shelfwire/central'
import { inSlices, MAX_KEYS_PER_LIST, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import type { Level } from './judge-level.ts'
import { type Position, placeName } from './position.ts'

const LEVEL = 'sku, on_hand AS onHand, held, epoch, seq'
const ROWS_PER_READ = MAX_KEYS_PER_LIST

/** Every stock row of a store's own database, by SKU. */
export async function storeLevels(store: Pool): Promise<Map<string, Level>> {
  const [rows] = await store.query<RowDataPacket[]>(`SELECT ${LEVEL} FROM stock`)
  return bySku(rows as Level[])
}

/** Central's rows of a store, by SKU: those of `skus`, or all. */
export async function centralLevels(
  central: Pool,
  storeId: string,
  skus: readonly string[] | 'all',
): Promise<Map<string, Level>> {
  const select = `SELECT ${LEVEL} FROM central.stock WHERE part = ? AND store_id = ?`
  const found: Level[] = []
  if (skus === 'all') {
    const [rows] = await central.query<RowDataPacket[]>(select, [partOf(storeId), storeId])
    return bySku(rows as Level[])
  }
  const read = async (slice: string[]) => {
    const [rows] = await central.query<RowDataPacket[]>(`${select} AND sku IN (?)`, [
      partOf(storeId),
      storeId,
      slice,
    ])
    found.push(...(rows as Level[]))
  }
  await inSlices(skus, read, ROWS_PER_READ)
  return bySku(found)
}

/** The levels in a store's journal at these positions, by {@link placeName}. */
export async function levelsAt(store: Pool, places: readonly Position[]): Promise<Map<string, Level>> {
  const found: Level[] = []
  const read = async (slice: Position[]) => {
    const [rows] = await store.query<RowDataPacket[]>(
      `SELECT ${LEVEL} FROM journal WHERE (epoch, seq) IN (?)`,
      [slice.map(({ epoch, seq }) => [epoch, seq])],
    )
    found.push(...(rows as Level[]))
  }
  await inSlices(places, read, ROWS_PER_READ)
  return new Map(found.map((level) => [placeName(level), level]))
}

function bySku(levels: Level[]): Map<string, Level> {
  return new Map(levels.map((level) => [level.sku, level]))
}
