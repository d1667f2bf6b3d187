import { partOf } from '@shelfwire/central'
import type { Entry } from '@shelfwire/contracts'
import { combine, known, type Transaction } from '@shelfwire/mysql'
import { type Halt, readHalts } from '../parked/halts-sql.ts'
import type { Projection, ProjectionBatch } from '../projections/projection.ts'
import { claim, strangeConnectors } from '../records/claim-record.ts'
import type { JournalRecord } from '../records/record.ts'
import { beginCursors, lockCursors } from '../store-state/cursors-sql.ts'
import { readGaps } from '../store-state/gaps-sql.ts'
import { readOwners, readRegistered } from '../store-state/registered-stores-sql.ts'
import { DEFAULT_ZONE, type StoreState } from '../store-state/store-state.ts'

export interface LockOptions {
  topic: string
  part: number
  nowUs: number
  projections: readonly Projection[]
  /** Stores whose cursors are known to be there: what depends on them can be locked in the same message. */
  begunStores?: ReadonlySet<string>
}

/** What is read behind the locks of a batch. */
export interface LockedBatch {
  /** Each record as its connector shows it. */
  records: JournalRecord[]
  /** Of every registered store that a record names or that is to blame for one. */
  stores: Map<string, StoreState>
  halted: Map<number, Halt>
  /** In the order of the projections. */
  projections: ProjectionBatch[]
}

/**
 * Locks the stores that the records name, and what the projections may change. Should a record come from a connector
 * that isn't its store's, the stores that these connectors belong to are locked too, for they are to blame. That is
 * rare, so only then does it cost more messages, and locks out of order, which a deadlock's retry settles.
 */
export async function lockBatch(
  trx: Transaction,
  batch: readonly JournalRecord[],
  options: LockOptions,
): Promise<LockedBatch> {
  const named = storesNamedBy(batch)
  const entries: Entry[] = []
  for (const { content } of batch) if (content.type === 'entry') entries.push(content.entry)
  const locked = await lockStores(trx, { ...options, named, entries })
  const strange = strangeConnectors(batch, locked.connectors)
  if (strange.length === 0) return lockedBatch(batch, { ...locked, owners: new Map() })
  const owners = await readOwners(trx, strange)
  const accused = [...owners.values()].filter((storeId) => partOf(storeId) === options.part)
  const all = [...new Set([...named, ...accused])].sort()
  return lockedBatch(batch, { ...(await lockStores(trx, { ...options, named: all, entries })), owners })
}

function storesNamedBy(batch: readonly JournalRecord[]): string[] {
  const named = new Set<string>()
  for (const { content } of batch) if (content.storeId !== null) named.add(content.storeId)
  return [...named].sort()
}

/**
 * Locks the cursors of those of these stores that are registered, then what the projections need, and reads what the
 * locks guard. A store whose cursor is not there yet must be given one before anything behind it is locked.
 */
async function lockStores(trx: Transaction, wish: LockOptions & { named: string[]; entries: Entry[] }) {
  const { named, entries, topic, part, nowUs, begunStores, projections } = wish
  const reading = combine(
    projections.map((projection) => projection.read({ part, entries })),
    (batches) => batches,
  )
  const begun = named.every((storeId) => begunStores?.has(storeId))
  for (;;) {
    // One message to the server, the locks ahead of what they guard: a partition that halted a moment ago in another
    // process is halted here too.
    const [registered, cursors, gaps, halted, batches] = await trx.together([
      readRegistered(named),
      lockCursors({ part, storeIds: named }),
      readGaps({ part, storeIds: named }),
      readHalts(topic),
      begun ? reading : known(undefined),
    ])
    const unseen = named.filter((storeId) => registered.has(storeId) && !cursors.has(storeId))
    if (unseen.length === 0) {
      const connectors = new Map([...registered].map(([storeId, { connector }]) => [storeId, connector]))
      const stores = new Map<string, StoreState>()
      for (const [storeId, cursor] of cursors)
        stores.set(storeId, {
          cursor,
          gaps: gaps.get(storeId) ?? [],
          zone: registered.get(storeId)?.zone ?? DEFAULT_ZONE,
        })
      return { connectors, stores, halted, projections: batches ?? (await trx.ask(reading)) }
    }
    // A row can't be locked before it is there, and two processes may both see a store for the first time. So what was
    // read without its lock is read again.
    await beginCursors(trx, { part, storeIds: unseen, nowUs })
  }
}

function lockedBatch(
  batch: readonly JournalRecord[],
  { connectors, owners, ...locked }: Awaited<ReturnType<typeof lockStores>> & { owners: Map<string, string> },
): LockedBatch {
  return { ...locked, records: batch.map((record) => claim(record, { connectors, owners })) }
}
