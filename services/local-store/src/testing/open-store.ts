import { randomUUID } from 'node:crypto'
import { checksumOf, type Entry, type EntryRow, entryOfRow } from '@shelfwire/contracts'
import {
  connectLane,
  createPool,
  type DatabaseAddress,
  type Pool,
  type RowDataPacket,
} from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { openEpoch } from '../epochs/open-epoch.ts'
import { claimHead, readHead } from '../journal/head-sql.ts'
import { createStoreLane, type StoreLane, type StoreLaneOptions } from '../lane/store-lane.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import type { Level } from '../stock/level.ts'
import { readWrite } from '../writes/read-write.ts'
import type { Write, WriteKind } from '../writes/write.ts'
import type { WriteBody } from '../writes/write-body.ts'

export const STORE_ID = 'store-1'

/** A store's database and a lane on it, as its service has them. */
export interface OpenStore extends AsyncDisposable {
  pool: Pool
  service: DatabaseAddress
  /** Of the user who makes and drops partitions. */
  maintenance: Pool
  root: DatabaseAddress
  lane: StoreLane
  /** A further lane, as of a second process. */
  openLane(options?: Partial<StoreLaneOptions>): StoreLane
}

/** An empty store on a fresh database. */
export async function openStore(now: () => Date = () => new Date()): Promise<OpenStore> {
  const { service, maintenance: keeper, root } = await freshDatabase('local-store')
  const maintenance = createPool(keeper, { connections: 1 })
  const pool = createPool(service, { connections: 4 })
  await claimHead(pool, STORE_ID)
  const lanes: StoreLane[] = []
  const openLane = (options: Partial<StoreLaneOptions> = {}) => {
    // A machine on which time passes as its clock says.
    const steady = createSteadyClock({ now, monotonicMs: () => now().getTime() })
    const lane = createStoreLane({ address: service, storeId: STORE_ID, now, steady, ...options })
    lanes.push(lane)
    return lane
  }
  return {
    pool,
    service,
    maintenance,
    root,
    lane: openLane(),
    openLane,
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map((lane) => lane.close()))
      await Promise.all([pool.end(), maintenance.end()])
    },
  }
}

/** Opens the store's next epoch, as the command for it does. */
export async function openNextEpoch({ service }: OpenStore): Promise<void> {
  const connection = await connectLane(service)
  try {
    const options = { storeId: STORE_ID, now: () => new Date(), reason: 'a test', aboveEpoch: 0 }
    await openEpoch(connection, options)
  } finally {
    connection.destroy()
  }
}

/** A write as a till's request becomes one, with a key of its own unless told. */
export function aWrite(
  kind: WriteKind,
  units: Record<string, number>,
  more: Partial<WriteBody> & { key?: string } = {},
): Write {
  const { key = randomUUID(), ...body } = more
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }))
  const write = readWrite(kind, { lines, ...body }, { caller: 'till', requestId: key })
  if (Array.isArray(write)) throw new Error(`no such write: ${JSON.stringify(write)}`)
  return write
}

export async function rowsOf<Row>(pool: Pool, sql: string): Promise<Row[]> {
  const [rows] = await pool.query<RowDataPacket[]>(sql)
  return rows as Row[]
}

/** The units of each SKU, as the stock says. */
export async function onHandOf(pool: Pool): Promise<Record<string, number>> {
  const rows = await rowsOf<{ sku: string; on_hand: number }>(
    pool,
    'SELECT sku, on_hand FROM stock ORDER BY sku',
  )
  return Object.fromEntries(rows.map(({ sku, on_hand }) => [sku, on_hand]))
}

export async function journalOf(pool: Pool) {
  return (await rowsOf<EntryRow>(pool, 'SELECT * FROM journal ORDER BY epoch, seq')).map(entryOfRow)
}

/**
 * What must hold of a store whatever was done to it: I1, I2, I4 and I5 in each epoch, and a checksum that is that of its
 * levels. Returns what doesn't, one sentence each.
 */
export async function brokenInvariants(pool: Pool): Promise<string[]> {
  const broken: string[] = []
  const head = await readHead(pool, STORE_ID)
  const epochs = Map.groupBy(await journalOf(pool), ({ epoch }) => epoch)
  /** By SKU: the level after its last entry, in whatever epoch. */
  const levels = new Map<string, Level>()
  for (const [epoch, entries] of epochs) {
    const sums = sumUp(entries, broken)
    for (const [sku, sum] of sums) levels.set(sku, sum)
    // Epoch 1 begins with nothing; another one may be left unopened for a higher one.
    const isOpen = epoch > 1 && entries.some(({ kind }) => kind === 'opened')
    const unnamed = [...levels.keys()].filter((sku) => !sums.has(sku))
    if (isOpen && unnamed.length > 0) broken.push(`I1: epoch ${epoch} does not name ${unnamed}`)
  }
  const onHand = await onHandOf(pool)
  for (const [sku, sum] of levels) {
    if (onHand[sku] !== sum.onHand)
      broken.push(`I1: ${sku} is ${onHand[sku]}, the journal says ${sum.onHand}`)
  }
  if (Object.keys(onHand).length !== levels.size) broken.push('I1: stock and journal know different SKUs')
  if (head.nextSeq !== (epochs.get(head.epoch)?.length ?? 0) + 1)
    broken.push(`I2: the next number is ${head.nextSeq}`)
  if (head.checksum !== checksumOf([...levels].map(([sku, sum]) => ({ sku, ...sum }))))
    broken.push('I3: the checksum is not that of the levels')
  return broken
}

/** The levels at the end of one epoch, each summed up from its deltas. */
function sumUp(entries: readonly Entry[], broken: string[]): Map<string, Level> {
  const sums = new Map<string, Level>()
  for (const [index, entry] of entries.entries()) {
    const { epoch, seq, sku } = entry
    if (seq !== index + 1) broken.push(`I2: entry ${index + 1} of epoch ${epoch} has the number ${seq}`)
    if (sku === null) continue
    const { onHand, held } = sums.get(sku) ?? { onHand: 0, held: 0 }
    const sum = { onHand: onHand + entry.onHandDelta, held: held + entry.heldDelta }
    sums.set(sku, sum)
    if (sum.onHand !== entry.onHand)
      broken.push(`I1: entry ${epoch}.${seq} says ${entry.onHand}, the sum is ${sum.onHand}`)
    if (sum.onHand < 0) broken.push(`I5: ${sku} is ${sum.onHand} after entry ${epoch}.${seq}`)
    if (sum.held < 0 || sum.held > sum.onHand) broken.push(`I4: ${sku} has ${sum.held} held of ${sum.onHand}`)
  }
  return sums
}
