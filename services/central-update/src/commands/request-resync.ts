import { appendCommands, lockCommandHead } from '@shelfwire/central'
import type { ResyncBody } from '@shelfwire/contracts'
import type { Pool, Transaction } from '@shelfwire/mysql'
import { forEachStore } from '../store-state/for-each-store.ts'
import { readGaps, saveGaps } from '../store-state/gaps-sql.ts'
import { saveSuspect } from '../store-state/save-suspect.ts'
import type { Cursor } from '../store-state/store-state.ts'
import { countGaps, selectOldGaps, selectStoresWithGaps } from './commands-sql.ts'
import { ASK_AFTER_US, gapsToRequest, PAGE_AFTER_US } from './decide-resync.ts'

/** How many gaps there are, and which of them are overdue. */
export interface GapReport {
  gaps: number
  missing: number
  /** The oldest gap of each store whose time is over. */
  overdue: { storeId: string; epoch: number; fromSeq: number }[]
}

/** Asks the stores again for what central misses. Returns the numbers of the commands sent. */
export async function requestResyncs(
  pool: Pool,
  nowUs: number,
): Promise<{ storeId: string; numbers: number[] }[]> {
  return forEachStore(
    pool,
    (part) => selectStoresWithGaps(pool, { part, seenByUs: nowUs - ASK_AFTER_US }),
    async (trx, { part, storeId, cursor }) => {
      if (cursor === undefined) return null
      const numbers = await requestGaps(trx, { part, storeId, cursor, nowUs })
      return numbers.length === 0 ? null : { storeId, numbers }
    },
  )
}

/** One store, behind its cursor's lock: two processes never request the same gap. */
async function requestGaps(
  trx: Transaction,
  { part, storeId, cursor, nowUs }: { part: number; storeId: string; cursor: Cursor; nowUs: number },
): Promise<number[]> {
  const before = (await trx.ask(readGaps({ part, storeIds: [storeId] }))).get(storeId) ?? []
  const { commandsDone, stopped } = await lockCommandHead(trx, storeId)
  const due = stopped ? [] : gapsToRequest(before, { nowUs, commandsDone })
  if (due.length === 0) return []
  const numbers = await appendCommands(trx, {
    nowUs,
    commands: due.map(({ epoch, fromSeq, toSeq }) => ({
      storeId,
      kind: 'resync',
      reference: null,
      body: { epoch, fromSeq, toSeq } satisfies ResyncBody,
    })),
  })
  const after = before.map((gap) => {
    const commandNumber = numbers[due.indexOf(gap)]
    return commandNumber === undefined ? gap : { ...gap, commandNumber, askedAtUs: nowUs }
  })
  await saveGaps(trx, { part, storeId, before, after })
  saveSuspect(trx, { part, cursor, gaps: after, nowUs })
  return numbers
}

/** Counts the gaps and finds those that were not filled in time. */
export async function reportGaps(pool: Pool, nowUs: number): Promise<GapReport> {
  return { ...(await countGaps(pool)), overdue: await selectOldGaps(pool, nowUs - PAGE_AFTER_US) }
}
