import { partOf } from '@shelfwire/central'
import { datetimeOfUs, isoOfDatetime } from '@shelfwire/contracts'
import type { Reader, Transaction } from '@shelfwire/mysql'
import { build, readRows } from '../page-query.ts'
import type { Store } from './store.ts'

interface StoreRow {
  store_id: string
  name: string
  place: string
  latitude: string
  longitude: string
  connector: string
  zone: string
  created_at: string
  updated_at: string
}

export interface StoredStore extends Store {
  createdAt: string
  updatedAt: string
}

const storeOf = (row: StoreRow): StoredStore => ({
  storeId: row.store_id,
  name: row.name,
  place: row.place,
  latitude: Number(row.latitude),
  longitude: Number(row.longitude),
  connector: row.connector,
  zone: row.zone,
  createdAt: isoOfDatetime(row.created_at),
  updatedAt: isoOfDatetime(row.updated_at),
})

const COLUMNS = [
  'store_id',
  'name',
  'place',
  'latitude',
  'longitude',
  'connector',
  'zone',
  'created_at',
  'updated_at',
]

/** Stores in the order of their ids, after the id `after`. */
export async function selectStores(
  reader: Reader,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<StoredStore[]> {
  const query = build('stores').select(COLUMNS).orderBy('store_id').limit(limit)
  if (after !== undefined) query.where('store_id', '>', after)
  return (await readRows<StoreRow>(reader, query)).map(storeOf)
}

export async function selectStore(reader: Reader, storeId: string): Promise<StoredStore | undefined> {
  const [row] = await reader.rows<StoreRow>(`SELECT ${COLUMNS} FROM stores WHERE store_id = ?`, [storeId])
  return row === undefined ? undefined : storeOf(row)
}

export async function lockStore(trx: Transaction, storeId: string): Promise<StoredStore | undefined> {
  const [row] = await trx.rows<StoreRow>(`SELECT ${COLUMNS} FROM stores WHERE store_id = ? FOR UPDATE`, [
    storeId,
  ])
  return row === undefined ? undefined : storeOf(row)
}

/** The store whose records come through `connector`. */
export async function selectOwnerOf(trx: Transaction, connector: string): Promise<string | undefined> {
  const [row] = await trx.rows<{ store_id: string }>('SELECT store_id FROM stores WHERE connector = ?', [
    connector,
  ])
  return row?.store_id
}

export async function insertStore(trx: Transaction, store: Store, nowUs: number): Promise<void> {
  const at = datetimeOfUs(nowUs)
  await trx.run(
    `INSERT INTO stores (store_id, part, name, place, latitude, longitude, connector, zone, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      store.storeId,
      partOf(store.storeId),
      store.name,
      store.place,
      store.latitude,
      store.longitude,
      store.connector,
      store.zone,
      at,
      at,
    ],
  )
}

export async function updateStore(trx: Transaction, store: Store, nowUs: number): Promise<void> {
  await trx.run(
    `UPDATE stores SET name = ?, place = ?, latitude = ?, longitude = ?, connector = ?, zone = ?, updated_at = ?
     WHERE store_id = ?`,
    [
      store.name,
      store.place,
      store.latitude,
      store.longitude,
      store.connector,
      store.zone,
      datetimeOfUs(nowUs),
      store.storeId,
    ],
  )
}
