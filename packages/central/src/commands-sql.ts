import { combine, type Query, select, selectByKeys, slicesOf, type Transaction } from '@shelfwire/mysql'
import type { CommandHead } from './command-head.ts'
import { partOf } from './part.ts'

/** A command as the outbox holds it, first attempt. */
export interface CommandRow {
  storeId: string
  era: number
  number: number
  kind: string
  reference: string | null
  /** JSON. */
  body: string
  issuedAt: string
}

interface HeadRow {
  store_id: string
  era: number
  next_number: number
  commands_done: number | null
}

/** Locks those of these stores' heads that are there: part by part ascending, each part's in store order. */
export function lockHeads(storeIds: readonly string[]): Query<Map<string, CommandHead>> {
  const parts = [...Map.groupBy(storeIds.toSorted(), partOf)].sort(([one], [other]) => one - other)
  const locking = parts.map(([part, ofPart]) =>
    selectByKeys(ofPart, (slice) =>
      select<HeadRow>(
        `SELECT store_id, era, next_number,
           (SELECT commands_done FROM cursors WHERE cursors.part = command_heads.part
             AND cursors.store_id = command_heads.store_id AND cursors.commands_era = command_heads.era) AS commands_done
         FROM command_heads WHERE part = ? AND store_id IN (?) ORDER BY store_id FOR UPDATE`,
        [part, slice],
      ),
    ),
  )
  return combine(locking, (found) => new Map(found.flat().map((row) => [row.store_id, headOf(row)])))
}

/** Makes the heads of stores that have none, with the transaction's next call. */
export function beginHeads(trx: Transaction, storeIds: readonly string[]): void {
  trx.later('INSERT IGNORE INTO command_heads (part, store_id, next_number) VALUES ?', [
    storeIds.toSorted().map((storeId) => [partOf(storeId), storeId, 1]),
  ])
}

/** Writes the next numbers of locked heads, with the transaction's next call. */
export function saveHeads(trx: Transaction, heads: readonly CommandHead[]): void {
  trx.later(
    `INSERT INTO command_heads (part, store_id, next_number) VALUES ?
     ON DUPLICATE KEY UPDATE next_number = VALUES(next_number)`,
    [heads.map(({ storeId, nextNumber }) => [partOf(storeId), storeId, nextNumber])],
  )
}

/** Writes commands to the outbox, with the transaction's next call. */
export function insertCommands(trx: Transaction, commands: readonly CommandRow[]): void {
  for (const slice of slicesOf(commands))
    trx.later(
      'INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at) VALUES ?',
      [
        slice.map(({ storeId, era, number, kind, reference, body, issuedAt }) => [
          ...[partOf(storeId), storeId, era, number, 1, kind, reference, body, issuedAt],
        ]),
      ],
    )
}

/** Writes every command that the store hasn't done once more, as a further attempt; returns how many. */
export async function repeatCommandsAbove(
  trx: Transaction,
  { storeId, era, commandsDone }: CommandHead,
  issuedAt: string,
): Promise<number> {
  const { affectedRows } = await trx.run(
    `INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at)
     SELECT last.part, last.store_id, last.era, last.number, last.attempt + 1, last.kind, last.reference, last.body, ?
     FROM commands AS last
     WHERE last.part = ? AND last.store_id = ? AND last.era = ? AND last.number > ?
       AND last.attempt = (SELECT MAX(every.attempt) FROM commands AS every
                           WHERE every.part = last.part AND every.store_id = last.store_id AND every.era = last.era
                             AND every.number = last.number)
     ORDER BY last.number`,
    [issuedAt, partOf(storeId), storeId, era, commandsDone],
  )
  return affectedRows
}

/** The lowest number that is kept of those that the store hasn't done; null when none is. */
export async function selectLowestAbove(
  trx: Transaction,
  { storeId, era, commandsDone }: CommandHead,
): Promise<number | null> {
  const [kept] = await trx.rows<{ number: number | null }>(
    'SELECT MIN(number) AS number FROM commands WHERE part = ? AND store_id = ? AND era = ? AND number > ?',
    [partOf(storeId), storeId, era, commandsDone],
  )
  return kept?.number ?? null
}

function headOf({ store_id, era, next_number, commands_done }: HeadRow): CommandHead {
  const commandsDone = commands_done ?? 0
  const stopped = commandsDone >= next_number
  return { storeId: store_id, era, nextNumber: next_number, commandsDone, stopped }
}
