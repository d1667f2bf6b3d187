import { appendFeed, type FeedChanges, partOf } from '@shelfwire/central'
import { known, type Transaction } from '@shelfwire/mysql'
import { insertHalts, readHalts } from '../parked/halts-sql.ts'
import { findParked, insertParked, makeGood } from '../parked/parked-sql.ts'
import { dailySales, type Zones } from '../projections/daily-sales/daily-sales.ts'
import { addDailySales } from '../projections/daily-sales/daily-sales-sql.ts'
import { recountSales } from '../projections/daily-sales/recount-sales.ts'
import { insertLedger, readLedger } from '../projections/ledger/ledger-sql.ts'
import { lockManyStock, lockStock, saveStock, selectSkusOfStore } from '../projections/levels/stock-sql.ts'
import { type StockKey, type TouchedStock, touchedStock } from '../projections/levels/touched-stock.ts'
import { claim, strangeConnectors } from '../records/claim-record.ts'
import type { JournalRecord } from '../records/record.ts'
import { classifySeq } from '../store-state/classify-seq.ts'
import { beginCursors, lockCursors, saveCursors } from '../store-state/cursors-sql.ts'
import type { Gap } from '../store-state/gaps.ts'
import { readGaps, saveGaps } from '../store-state/gaps-sql.ts'
import { readOwners, readRegistered } from '../store-state/registered-stores-sql.ts'
import { markSuspect, proofOf } from '../store-state/save-suspect.ts'
import { type Cursor, entryKey, type StockRow, type StoreState } from '../store-state/store-state.ts'
import { type BatchPlan, planBatch } from './plan-batch.ts'

export interface ApplyOptions {
  topic: string
  part: number
  nowUs: number
  /** A ping beyond this is from the future. */
  latestPingUs: number
  badRuns: ReadonlyMap<number, number>
  /** Stores whose cursors are known to be there; their levels can be locked with the cursors, in one message. */
  begunStores?: ReadonlySet<string>
  /** `levels`: no ledger, no daily sums, no feed. */
  keep?: 'all' | 'levels' | undefined
}

/**
 * Applies records of stores of one part, in one transaction: locks the cursors in store order and then every level that
 * the records may change, in the order of (SKU, store); decides, writes one statement per table and, last, the feed.
 * Whatever was applied before is dropped behind the cursor locks, so that a repeat, or a process that was paused and
 * replaced, changes nothing. Few records are two messages to the server: one locks and reads, one writes and commits.
 */
export async function applyBatch(
  trx: Transaction,
  batch: readonly JournalRecord[],
  options: ApplyOptions,
): Promise<BatchPlan> {
  const { topic, part, nowUs } = options
  const named = [...new Set(batch.flatMap(({ content }) => content.storeId ?? []))].sort()
  const wish = { batch, named, touched: touchedStock(batch) }
  const { connectors, zones, owners, cursors, gaps, halted, stock } = await lockConcerned(trx, wish, options)
  const records = batch.map((record) => claim(record, { connectors, owners }))
  const stores = await readStores(trx, { part, cursors, gaps, records, stock })
  const bad = records.filter(({ content }) => content.type === 'broken')
  const parkedBefore = await findParked(trx, { topic, records: bad })

  const plan = planBatch({ ...options, records, stores, parkedBefore, halted })
  for (const { after } of plan.stores) after.cursor = markSuspect(after.cursor, after.gaps, nowUs)

  await writePlan(trx, plan, { ...options, zones })
  return plan
}

/**
 * Locks the stores that the records name and, should any record come from a connector that isn't its store's, those
 * whose connectors these are: they are the ones to blame. That is rare, so only then does it cost more messages, and
 * locks out of order, which a deadlock's retry settles.
 */
async function lockConcerned(
  trx: Transaction,
  wish: { batch: readonly JournalRecord[]; named: string[]; touched: TouchedStock },
  options: ApplyOptions,
) {
  const { batch, named } = wish
  const locked = await lockStores(trx, { ...options, ...wish })
  const strange = strangeConnectors(batch, locked.connectors)
  if (strange.length === 0) return { ...locked, owners: new Map<string, string>() }
  const owners = await readOwners(trx, strange)
  const accused = [...owners.values()].filter((storeId) => partOf(storeId) === options.part)
  const all = [...new Set([...named, ...accused])].sort()
  return { ...(await lockStores(trx, { ...options, ...wish, named: all })), owners }
}

/**
 * Locks the cursors of those of these stores that are registered, then the levels, and reads what the locks guard. A
 * store whose cursor is not there yet must be given one before any level is locked, for that is the order of locks.
 */
async function lockStores(trx: Transaction, wish: ApplyOptions & { named: string[]; touched: TouchedStock }) {
  const { named, touched, topic, part, nowUs, begunStores } = wish
  const begun = named.every((storeId) => begunStores?.has(storeId)) && touched.opening.length === 0
  for (;;) {
    // One message to the server, the locks ahead of what they guard: a partition that halted a moment ago in another
    // process stands still here too.
    const [{ connectors, zones }, cursors, gaps, halted, stock] = await trx.together([
      readRegistered(named),
      lockCursors({ part, storeIds: named }),
      readGaps({ part, storeIds: named }),
      readHalts(topic),
      begun ? lockStock({ part, keys: touched.keys }) : known(undefined),
    ])
    const unseen = named.filter((storeId) => connectors.has(storeId) && !cursors.has(storeId))
    if (unseen.length === 0) {
      const rows = stock ?? (await lockManyStock(trx, { part, keys: await allTouched(trx, part, touched) }))
      return { connectors, zones, cursors, gaps, halted, stock: rows }
    }
    // A row can't be locked before it is there, and two processes may both see a store for the first time. So what was
    // read without its lock is read again.
    await beginCursors(trx, { part, storeIds: unseen, nowUs })
  }
}

/** The keys with those of every level that the opening stores have, which nobody adds to behind their cursors' locks. */
async function allTouched(trx: Transaction, part: number, touched: TouchedStock): Promise<StockKey[]> {
  const opening = new Set(touched.opening)
  const keys = touched.keys.filter(({ storeId }) => !opening.has(storeId))
  for (const storeId of opening) {
    const named = touched.keys.filter((key) => key.storeId === storeId).map(({ sku }) => sku)
    const skus = new Set([...named, ...(await selectSkusOfStore(trx, { part, storeId }))])
    for (const sku of skus) keys.push({ sku, storeId })
  }
  return keys
}

async function readStores(
  trx: Transaction,
  {
    part,
    cursors,
    gaps,
    records,
    stock,
  }: {
    part: number
    cursors: Map<string, Cursor>
    gaps: Map<string, Gap[]>
    records: readonly JournalRecord[]
    stock: readonly StockRow[]
  },
): Promise<Map<string, StoreState>> {
  const stores = new Map<string, StoreState>()
  for (const [storeId, cursor] of cursors) {
    stores.set(storeId, {
      cursor,
      gaps: gaps.get(storeId) ?? [],
      stock: new Map(),
      recorded: new Map(),
    })
  }
  for (const row of stock) stores.get(row.storeId)?.stock.set(row.sku, row)

  const repeats = new Map<string, { storeId: string; epoch: number; seqs: number[] }>()
  for (const { content } of records) {
    if (content.type !== 'entry') continue
    const { entry, storeId } = content
    const store = stores.get(storeId)
    if (store === undefined || classifySeq(entry, store.cursor, store.gaps) !== 'repeat') continue
    const key = `${storeId} ${entry.epoch}`
    const group = repeats.get(key) ?? { storeId, epoch: entry.epoch, seqs: [] }
    repeats.set(key, group)
    group.seqs.push(entry.seq)
  }
  for (const group of repeats.values()) {
    const store = stores.get(group.storeId)
    for (const entry of await readLedger(trx, { part, ...group })) store?.recorded.set(entryKey(entry), entry)
  }
  return stores
}

/** Writes what was decided; what is small goes with COMMIT, in one message. */
async function writePlan(
  trx: Transaction,
  plan: BatchPlan,
  options: ApplyOptions & { zones: Zones },
): Promise<void> {
  const { part, nowUs, keep, zones } = options
  await saveStock(trx, part, changedStock(plan))
  await writeProofs(trx, plan, options)
  if (keep === 'levels') return
  const entries = plan.stores.flatMap(({ after }) => after.ledger)
  await insertLedger(trx, { part, entries, nowUs })
  await addDailySales(trx, part, dailySales(entries, zones))
  // After a restore the ledger has entries that the store has forgotten and its tills send again.
  for (const entry of entries) if (entry.kind === 'opened') await recountSales(trx, entry, { part, zones })
  // Last of all, for its lock is everyone's.
  appendFeed(trx, { part, changes: feedChanges(plan), nowUs })
}

/** Levels that changed, apart by whether a row of theirs was there. */
function changedStock({ stores }: BatchPlan): { known: StockRow[]; unknown: StockRow[] } {
  const known: StockRow[] = []
  const unknown: StockRow[] = []
  for (const { before, after } of stores) {
    for (const row of after.changedStock) (before.stock.has(row.sku) ? known : unknown).push(row)
  }
  return { known, unknown }
}

async function writeProofs(
  trx: Transaction,
  plan: BatchPlan,
  { topic, part, nowUs }: ApplyOptions,
): Promise<void> {
  for (const { before, after } of plan.stores) {
    const { storeId } = after.cursor
    await saveGaps(trx, { part, storeId, before: before.gaps, after: after.gaps })
  }
  saveCursors(trx, { part, cursors: plan.stores.map(({ after }) => after.cursor) })
  const good = plan.stores.filter(({ before, after }) => after.parkedMadeGood && before.cursor.parkedOpen > 0)
  await makeGood(trx, { storeIds: good.map(({ after }) => after.cursor.storeId), nowUs })
  await insertParked(trx, { topic, parked: plan.parked, nowUs })
  await insertHalts(trx, { topic, halts: plan.halts, nowUs })
}

function feedChanges(plan: BatchPlan): FeedChanges {
  const moved = plan.stores.filter(
    ({ before: { cursor: was }, after: { cursor: is } }) =>
      was.asOfUs !== is.asOfUs || was.suspect !== is.suspect || was.rebuilding !== is.rebuilding,
  )
  return {
    freshness: moved.map(({ after: { cursor } }) => proofOf(cursor)),
    stock: plan.stores.flatMap(({ after }) =>
      after.changedStock.map(({ storeId, sku, onHand, held, updatedAtUs }) => ({
        storeId,
        sku,
        onHand,
        held,
        updatedAtUs,
      })),
    ),
  }
}
