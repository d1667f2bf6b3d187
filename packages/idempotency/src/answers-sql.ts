import { datetimeOfUs } from '@shelfwire/contracts'
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
import type { KeptAnswer, KeptAnswers } from './key-use.ts'
import { type KeyedRequest, type RequestKey, textOfKey } from './request-key.ts'

// The table `requests`: caller, request_id, body_hash, status, answer, recorded_at; its primary key is (caller, request_id).

interface AnswerRow {
  caller: string
  request_id: string
  body_hash: Buffer
  status: number
  answer: string | null
}

/** A condition on `caller` and `request_id`, with its values. By lists: a list of pairs costs the server a third more. */
export function whereKeys(keys: readonly RequestKey[]): { where: string; values: unknown[] } {
  const lists = [...Map.groupBy(keys, ({ caller }) => caller)].flatMap(([caller, group]) => {
    const requestIds = group.map(({ requestId }) => requestId)
    return [...slicesOf(requestIds, MAX_KEYS_PER_LIST)].map((slice) => [caller, slice])
  })
  return { where: lists.map(() => '(caller = ? AND request_id IN (?))').join(' OR '), values: lists.flat() }
}

/** The answers that are kept for these keys. To be read behind a lock that all writers of the same keys take first. */
export function findAnswers(keys: readonly RequestKey[]): Query<KeptAnswers> {
  if (keys.length === 0) return known(new Map())
  const { where, values } = whereKeys(keys)
  const rows = select<AnswerRow>(
    `SELECT caller, request_id, body_hash, status, answer FROM requests WHERE ${where}`,
    values,
  )
  return combine([rows], ([answers]) => new Map(answers.map(keptAnswer)))
}

function keptAnswer({ caller, request_id: requestId, body_hash: fingerprint, status, answer }: AnswerRow) {
  return [textOfKey({ caller, requestId }), { fingerprint, answer: { status, text: answer } }] as const
}

/** Keeps answers, in the transaction that makes them true. `keptAtUs` is when their time of being kept begins. */
export function saveAnswers(
  trx: Transaction,
  answers: readonly { request: KeyedRequest; answer: KeptAnswer }[],
  keptAtUs: number,
): void {
  const keptAt = datetimeOfUs(keptAtUs)
  const rows = answers.map(({ request: { caller, requestId, fingerprint }, answer: { status, text } }) => {
    return [caller, requestId, fingerprint, status, text, keptAt]
  })
  for (const slice of slicesOf(rows)) {
    trx.later('INSERT INTO requests (caller, request_id, body_hash, status, answer, recorded_at) VALUES ?', [
      slice,
    ])
  }
}

/** Deletes at most `limit` answers that were kept before `beforeUs`; returns how many. */
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
