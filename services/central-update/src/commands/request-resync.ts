import { appendCommands, lockCommandHead, PARTS } from '@shelfwire/central'
import { datetimeOfUs, type ResyncBody } from '@shelfwire/contracts'
import { inTransaction, type Pool, type RowDataPacket, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import { readGaps, saveGaps } from '../store-state/gaps-sql.ts'
import { saveSuspect } from '../store-state/save-suspect.ts'
import { ASK_AFTER_US, gapsToRequest, PAGE_AFTER_US } from './decide-resync.ts'

/** How many gaps there are, and which of them are a person's matter. */
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
  const asked: { storeId: string; numbers: number[] }[] = []
  for (let part = 0; part < PARTS; part += 1) {
    for (const storeId of await storesWithGaps(pool, part, nowUs)) {
      const numbers = await inTransaction(pool, (trx) => askStore(trx, { part, storeId, nowUs }))
      if (numbers.length > 0) asked.push({ storeId, numbers })
    }
  }
  return asked
}

/** One store, behind its cursor's lock: two processes never ask twice. */
async function askStore(
  trx: Transaction,
  { part, storeId, nowUs }: { part: number; storeId: string; nowUs: number },
): Promise<number[]> {
  const cursor = (await trx.ask(lockCursors({ part, storeIds: [storeId] }))).get(storeId)
  const before = (await trx.ask(readGaps({ part, storeIds: [storeId] }))).get(storeId) ?? []
  if (cursor === undefined) return []
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

async function storesWithGaps(pool: Pool, part: number, nowUs: number): Promise<string[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT DISTINCT store_id FROM gaps WHERE part = ? AND seen_at <= ? ORDER BY store_id',
    [part, datetimeOfUs(nowUs - ASK_AFTER_US)],
  )
  return rows.map((row) => String(row.store_id))
}

/** Counts the gaps and finds those that were not filled in time. */
export async function reportGaps(pool: Pool, nowUs: number): Promise<GapReport> {
  const [[sums]] = await pool.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS gaps, CAST(COALESCE(SUM(to_seq - from_seq + 1), 0) AS SIGNED) AS missing FROM gaps',
  )
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT store_id, epoch, MIN(from_seq) AS from_seq FROM gaps WHERE seen_at <= ? GROUP BY store_id, epoch',
    [datetimeOfUs(nowUs - PAGE_AFTER_US)],
  )
  return {
    gaps: Number(sums?.gaps),
    missing: Number(sums?.missing),
    overdue: rows.map((row) => ({ storeId: row.store_id, epoch: row.epoch, fromSeq: row.from_seq })),
  }
}
