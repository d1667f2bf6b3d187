import { type FeedEntry, readFeed } from '@shelfwire/central'
import { datetimeOfUs } from '@shelfwire/contracts'
import { createPool, type DatabaseAddress, type Pool, type RowDataPacket, readerOn } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { NOON_US } from './sample-store.ts'

/** A migrated central database with the service's own rights, for tests. */
export interface CentralDatabase extends AsyncDisposable {
  service: DatabaseAddress
  root: DatabaseAddress
  pool: Pool
  /** Of the user who makes and drops partitions. */
  maintenance: Pool
  maintenancePassword: string
  register(storeId: string): Promise<void>
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** Everything in the feed. */
  feed(): Promise<FeedEntry[]>
}

/** Empties the worker's database and opens it. */
export async function openCentral(): Promise<CentralDatabase> {
  const { service, query, maintenance: keeper, root } = await freshDatabase('central')
  const pool = createPool(service, { connections: 6 })
  const maintenance = createPool(keeper, { connections: 1 })
  /** central-query's user sets what people decide. */
  const settings = createPool(query, { connections: 1 })
  return {
    service,
    root,
    pool,
    maintenance,
    maintenancePassword: keeper.password,
    async register(storeId) {
      const at = datetimeOfUs(NOON_US)
      await settings.query(
        `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, created_at, updated_at)
         VALUES (?, 0, ?, 'Berlin', 52.5, 13.4, ?, ?, ?)`,
        [storeId, storeId, storeId, at, at],
      )
    },
    async rows(sql) {
      const [found] = await pool.query<RowDataPacket[]>(sql)
      return found
    },
    async feed() {
      const [numbers] = await pool.query<RowDataPacket[]>(
        'SELECT DISTINCT number FROM central_view.feed ORDER BY number',
      )
      const pages = numbers.map(({ number }) =>
        readFeed(readerOn(pool), { part: 0, after: { number: number - 1, token: 0 }, maxRows: 1 }),
      )
      return (await Promise.all(pages)).flatMap((page) => page?.entries ?? [])
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.end(), maintenance.end(), settings.end()])
    },
  }
}
