import type { CommandKind } from '@shelfwire/contracts'
import { datetimeOfUs, type Transaction } from '@shelfwire/mysql'
import { partOf } from './part.ts'

export interface NewCommand {
  storeId: string
  kind: CommandKind
  reference: string | null
  body: object
}

/**
 * Gives each command its store's next number and writes it to the outbox; Debezium carries it to the store's topic
 * after COMMIT. Locks the heads in store order. Returns the numbers, in the order of `commands`.
 */
export async function appendCommands(
  trx: Transaction,
  { commands, nowUs }: { commands: readonly NewCommand[]; nowUs: number },
): Promise<number[]> {
  if (commands.length === 0) return []
  const storeIds = [...new Set(commands.map(({ storeId }) => storeId))].sort()
  const next = new Map<string, number>()
  for (const storeId of storeIds) next.set(storeId, await lockHead(trx, storeId))

  const issuedAt = datetimeOfUs(nowUs)
  const numbers: number[] = []
  const rows = commands.map(({ storeId, kind, reference, body }) => {
    const number = next.get(storeId) ?? 1
    next.set(storeId, number + 1)
    numbers.push(number)
    return [partOf(storeId), storeId, number, 1, kind, reference, JSON.stringify(body), issuedAt]
  })
  await trx.run(
    'INSERT INTO commands (part, store_id, number, attempt, kind, reference, body, issued_at) VALUES ?',
    [rows],
  )
  for (const [storeId, number] of next) {
    await trx.run('UPDATE command_heads SET next_number = ? WHERE part = ? AND store_id = ?', [
      number,
      partOf(storeId),
      storeId,
    ])
  }
  return numbers
}

/**
 * Sends again, in order and as a further attempt, every command above `commandsDone`. Returns how many there were.
 */
export async function resendCommands(
  trx: Transaction,
  { storeId, commandsDone, nowUs }: { storeId: string; commandsDone: number; nowUs: number },
): Promise<number> {
  await lockHead(trx, storeId)
  const { affectedRows } = await trx.run(
    `INSERT INTO commands (part, store_id, number, attempt, kind, reference, body, issued_at)
     SELECT last.part, last.store_id, last.number, last.attempt + 1, last.kind, last.reference, last.body, ?
     FROM commands AS last
     WHERE last.part = ? AND last.store_id = ? AND last.number > ?
       AND last.attempt = (SELECT MAX(every.attempt) FROM commands AS every
                           WHERE every.part = last.part AND every.store_id = last.store_id AND every.number = last.number)
     ORDER BY last.number`,
    [datetimeOfUs(nowUs), partOf(storeId), storeId, commandsDone],
  )
  return affectedRows
}

/** Commands that one run of {@link fillDropped} makes at most. */
const MAX_FILLED = 10_000

/**
 * Commands that were done are dropped after a while. A store restored from an older backup doesn't know that it did
 * them, and takes no higher number before it has them: each is given again as a `noop`, which the store refuses and
 * counts as done. What it brought about then is named again by the epoch that a restore opens. Call this behind the
 * cursor's lock; returns how many were made.
 */
export async function fillDropped(
  trx: Transaction,
  { storeId, commandsDone, nowUs }: { storeId: string; commandsDone: number; nowUs: number },
): Promise<number> {
  const part = partOf(storeId)
  const nextNumber = await lockHead(trx, storeId)
  const [kept] = await trx.rows<{ number: number | null }>(
    'SELECT MIN(number) AS number FROM commands WHERE part = ? AND store_id = ? AND number > ?',
    [part, storeId, commandsDone],
  )
  const missing = Math.min((kept?.number ?? nextNumber) - 1 - commandsDone, MAX_FILLED)
  if (missing <= 0) return 0
  const issuedAt = datetimeOfUs(nowUs)
  const rows = Array.from({ length: missing }, (_, index) => {
    return [part, storeId, commandsDone + 1 + index, 1, 'noop', null, '{}', issuedAt]
  })
  await trx.run(
    'INSERT INTO commands (part, store_id, number, attempt, kind, reference, body, issued_at) VALUES ?',
    [rows],
  )
  return missing
}

/**
 * Locks the store's head, which its first command makes, and returns the next number. READ COMMITTED takes no gap
 * lock on the missing row. Beats may know of more commands done than the head of ever given, when central has lost its
 * database: the store takes whatever lies below for a repeat.
 */
async function lockHead(trx: Transaction, storeId: string): Promise<number> {
  const part = partOf(storeId)
  const read = () =>
    trx.rows<{ next_number: number }>(
      `SELECT GREATEST(next_number, 1 + COALESCE(
         (SELECT commands_done FROM cursors WHERE cursors.part = ? AND cursors.store_id = ?), 0)) AS next_number
       FROM command_heads WHERE part = ? AND store_id = ? FOR UPDATE`,
      [part, storeId, part, storeId],
    )
  let [head] = await read()
  if (head === undefined) {
    await trx.run('INSERT IGNORE INTO command_heads (part, store_id, next_number) VALUES (?, ?, 1)', [
      part,
      storeId,
    ])
    ;[head] = await read()
  }
  return head?.next_number ?? 1
}
