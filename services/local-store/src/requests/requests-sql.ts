import { datetimeOfUs, ENTRY_COLUMNS, type EntryRow, entryOfRow } from '@shelfwire/contracts'
import {
  combine,
  known,
  MAX_KEYS_PER_LIST,
  type Pool,
  type Query,
  type ResultSetHeader,
  select,
  slicesOf,
  type Transaction,
} from '@shelfwire/mysql'
import { viewRecorded } from '../journal/entry-view.ts'
import type { Write, WriteAnswer } from '../writes/write.ts'
import { type KnownKeys, keyOf } from './remembered.ts'

interface AnswerRow {
  caller: string
  request_id: string
  body_hash: Buffer
  status: number
  /** Null for what was recorded: the journal has it. */
  answer: string | null
}

/** Lists by caller: a list of pairs costs the server a third more. */
function whereKeys(writes: readonly Write[]): { where: string; values: unknown[] } {
  const lists = [...Map.groupBy(writes, ({ caller }) => caller)].flatMap(([caller, group]) => {
    const requestIds = group.map(({ requestId }) => requestId)
    return [...slicesOf(requestIds, MAX_KEYS_PER_LIST)].map((slice) => [caller, slice])
  })
  return { where: lists.map(() => '(caller = ? AND request_id IN (?))').join(' OR '), values: lists.flat() }
}

/** What is known of these writes' keys: what was answered in the last seven days, and what the journal has of them. */
export function findKeys(storeId: string, writes: readonly Write[]): Query<KnownKeys> {
  if (writes.length === 0) return known({ remembered: new Map(), recorded: new Set() })
  const { where, values } = whereKeys(writes)
  return combine(
    [
      select<AnswerRow>(
        `SELECT caller, request_id, body_hash, status, answer FROM requests WHERE ${where}`,
        values,
      ),
      select<EntryRow>(`SELECT ${ENTRY_COLUMNS.join(', ')} FROM journal WHERE ${where}`, values),
    ],
    ([answered, rows]) => knownKeys(storeId, answered, rows),
  )
}

function knownKeys(storeId: string, answered: readonly AnswerRow[], rows: readonly EntryRow[]): KnownKeys {
  const recorded = Map.groupBy(
    rows.map(entryOfRow).sort((one, other) => one.epoch - other.epoch || one.seq - other.seq),
    keyOf,
  )
  const remembered = answered.map(({ caller, request_id, body_hash, status, answer }) => {
    const key = keyOf({ caller, requestId: request_id })
    const body = answer === null ? viewRecorded(storeId, recorded.get(key) ?? []) : JSON.parse(answer)
    return [key, { bodyHash: body_hash, answer: { status, body } }] as const
  })
  return { remembered: new Map(remembered), recorded: new Set(recorded.keys()) }
}

/** Keeps what is about to be answered, in the transaction that makes it true; what it records is in the journal. */
export function saveAnswers(
  trx: Transaction,
  answers: readonly { write: Write; answer: WriteAnswer }[],
  keptAtUs: number,
): void {
  const recordedAt = datetimeOfUs(keptAtUs)
  const rows = answers.map(({ write: { caller, requestId, bodyHash }, answer: { status, body } }) => {
    return [caller, requestId, bodyHash, status, status < 400 ? null : JSON.stringify(body), recordedAt]
  })
  for (const slice of slicesOf(rows)) {
    trx.later('INSERT INTO requests (caller, request_id, body_hash, status, answer, recorded_at) VALUES ?', [
      slice,
    ])
  }
}

/** Forgets at most `limit` answers from before `beforeUs`; returns how many it were. */
export async function forgetAnswers(
  pool: Pool,
  { beforeUs, limit }: { beforeUs: number; limit: number },
): Promise<number> {
  const [result] = await pool.query<ResultSetHeader>(
    'DELETE FROM requests WHERE recorded_at < ? ORDER BY recorded_at LIMIT ?',
    [datetimeOfUs(beforeUs), limit],
  )
  return result.affectedRows
}
