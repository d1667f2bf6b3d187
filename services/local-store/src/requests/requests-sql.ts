import {
  datetimeOfUs,
  MAX_KEYS_PER_LIST,
  type Pool,
  type ResultSetHeader,
  slicesOf,
  type Transaction,
} from '@shelfwire/mysql'
import type { Write, WriteAnswer } from '../writes/write.ts'
import { keyOf, type Remembered } from './remembered.ts'

interface AnswerRow {
  caller: string
  request_id: string
  body_hash: Buffer
  status: number
  answer: string
}

/** Lists by caller: a list of pairs costs the server a third more. */
function whereKeys(writes: readonly Write[]): { where: string; values: unknown[] } {
  const lists = [...Map.groupBy(writes, ({ caller }) => caller)].flatMap(([caller, group]) => {
    const requestIds = group.map(({ requestId }) => requestId)
    return [...slicesOf(requestIds, MAX_KEYS_PER_LIST)].map((slice) => [caller, slice])
  })
  return { where: lists.map(() => '(caller = ? AND request_id IN (?))').join(' OR '), values: lists.flat() }
}

/** What was answered to these writes' keys in the last seven days. */
export async function findAnswers(trx: Transaction, writes: readonly Write[]): Promise<Remembered> {
  if (writes.length === 0) return new Map()
  const { where, values } = whereKeys(writes)
  const rows = await trx.rows<AnswerRow>(
    `SELECT caller, request_id, body_hash, status, answer FROM requests WHERE ${where}`,
    values,
  )
  const entries = rows.map(({ caller, request_id, body_hash, status, answer }) => {
    const said: WriteAnswer = { status, body: JSON.parse(answer) }
    return [keyOf({ caller, requestId: request_id }), { bodyHash: body_hash, answer: said }] as const
  })
  return new Map(entries)
}

/** Those of these writes' keys that the journal knows. It is kept far longer than the answers. */
export async function findRecordedKeys(trx: Transaction, writes: readonly Write[]): Promise<Set<string>> {
  if (writes.length === 0) return new Set()
  const { where, values } = whereKeys(writes)
  const rows = await trx.rows<{ caller: string; request_id: string }>(
    `SELECT caller, request_id FROM journal WHERE ${where}`,
    values,
  )
  return new Set(rows.map(({ caller, request_id }) => keyOf({ caller, requestId: request_id })))
}

/** Keeps what is about to be answered, in the transaction that makes it true. */
export function saveAnswers(
  trx: Transaction,
  answers: readonly { write: Write; answer: WriteAnswer }[],
  nowUs: number,
): void {
  const recordedAt = datetimeOfUs(nowUs)
  const rows = answers.map(({ write: { caller, requestId, bodyHash }, answer: { status, body } }) => {
    return [caller, requestId, bodyHash, status, JSON.stringify(body), recordedAt]
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
