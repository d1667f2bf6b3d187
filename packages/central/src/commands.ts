import { type CommandKind, datetimeOfUs, Fault } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { partOf } from './part.ts'

export interface NewCommand {
  storeId: string
  kind: CommandKind
  reference: string | null
  body: object
}

/** Where the numbering of one store's commands stands. */
export interface CommandHead {
  /** Greater after central was restored: then the numbers begin at 1 again. */
  era: number
  nextNumber: number
  /** How many commands of this era the store has done, by its newest beat; 0 when that beat is of another era. */
  commandsDone: number
  /**
   * The store has done a command of this era that was never given: central's database went back, unannounced. Its
   * numbers would be taken for repeats, so no command goes to this store until central begins a new era.
   */
  stopped: boolean
}

/**
 * Gives each command its store's next number and writes it to the outbox; Debezium carries it to the store's topic
 * after COMMIT. Locks the heads in store order. Returns the numbers, in the order of `commands`. Throws the Fault
 * `commands_stopped` for a store whose head is stopped.
 */
export async function appendCommands(
  trx: Transaction,
  { commands, nowUs }: { commands: readonly NewCommand[]; nowUs: number },
): Promise<number[]> {
  if (commands.length === 0) return []
  const storeIds = [...new Set(commands.map(({ storeId }) => storeId))].sort()
  const heads = new Map<string, CommandHead>()
  for (const storeId of storeIds) heads.set(storeId, await lockUsableHead(trx, storeId))

  const issuedAt = datetimeOfUs(nowUs)
  const numbers: number[] = []
  const rows = commands.map(({ storeId, kind, reference, body }) => {
    const head = heads.get(storeId) as CommandHead
    const number = head.nextNumber
    head.nextNumber += 1
    numbers.push(number)
    return [partOf(storeId), storeId, head.era, number, 1, kind, reference, JSON.stringify(body), issuedAt]
  })
  await trx.run(
    'INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at) VALUES ?',
    [rows],
  )
  for (const [storeId, { nextNumber }] of heads) {
    await trx.run('UPDATE command_heads SET next_number = ? WHERE part = ? AND store_id = ?', [
      nextNumber,
      partOf(storeId),
      storeId,
    ])
  }
  return numbers
}

/**
 * Sends again, in order and as a further attempt, every command of this era that the store hasn't done. Returns how
 * many there were; none when the store's commands are stopped.
 */
export async function resendCommands(
  trx: Transaction,
  { storeId, nowUs }: { storeId: string; nowUs: number },
): Promise<number> {
  const { era, commandsDone, stopped } = await lockCommandHead(trx, storeId)
  if (stopped) return 0
  const { affectedRows } = await trx.run(
    `INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at)
     SELECT last.part, last.store_id, last.era, last.number, last.attempt + 1, last.kind, last.reference, last.body, ?
     FROM commands AS last
     WHERE last.part = ? AND last.store_id = ? AND last.era = ? AND last.number > ?
       AND last.attempt = (SELECT MAX(every.attempt) FROM commands AS every
                           WHERE every.part = last.part AND every.store_id = last.store_id AND every.era = last.era
                             AND every.number = last.number)
     ORDER BY last.number`,
    [datetimeOfUs(nowUs), partOf(storeId), storeId, era, commandsDone],
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
  { storeId, nowUs }: { storeId: string; nowUs: number },
): Promise<number> {
  const part = partOf(storeId)
  const { era, nextNumber, commandsDone } = await lockCommandHead(trx, storeId)
  const [kept] = await trx.rows<{ number: number | null }>(
    'SELECT MIN(number) AS number FROM commands WHERE part = ? AND store_id = ? AND era = ? AND number > ?',
    [part, storeId, era, commandsDone],
  )
  const missing = Math.min((kept?.number ?? nextNumber) - 1 - commandsDone, MAX_FILLED)
  if (missing <= 0) return 0
  const issuedAt = datetimeOfUs(nowUs)
  const rows = Array.from({ length: missing }, (_, index) => {
    return [part, storeId, era, commandsDone + 1 + index, 1, 'noop', null, '{}', issuedAt]
  })
  await trx.run(
    'INSERT INTO commands (part, store_id, era, number, attempt, kind, reference, body, issued_at) VALUES ?',
    [rows],
  )
  return missing
}

/**
 * Locks the store's head, which its first command makes. READ COMMITTED takes no gap lock on the missing row. Call it
 * behind the cursor's lock where commands are given for what the cursor says.
 */
export async function lockCommandHead(trx: Transaction, storeId: string): Promise<CommandHead> {
  const part = partOf(storeId)
  const read = () =>
    trx.rows<{ era: number; next_number: number; commands_done: number | null }>(
      `SELECT era, next_number, (SELECT commands_done FROM cursors WHERE cursors.part = command_heads.part
         AND cursors.store_id = command_heads.store_id AND cursors.commands_era = command_heads.era) AS commands_done
       FROM command_heads WHERE part = ? AND store_id = ? FOR UPDATE`,
      [part, storeId],
    )
  let [head] = await read()
  if (head === undefined) {
    await trx.run('INSERT IGNORE INTO command_heads (part, store_id, next_number) VALUES (?, ?, 1)', [
      part,
      storeId,
    ])
    ;[head] = await read()
  }
  const { era = 0, next_number: nextNumber = 1, commands_done } = head ?? {}
  const commandsDone = commands_done ?? 0
  return { era, nextNumber, commandsDone, stopped: commandsDone >= nextNumber }
}

async function lockUsableHead(trx: Transaction, storeId: string): Promise<CommandHead> {
  const head = await lockCommandHead(trx, storeId)
  if (!head.stopped) return head
  const message = `${storeId} has done command ${head.commandsDone}, but only ${head.nextNumber - 1} were given`
  throw new Fault('commands_stopped', message, { canRetry: false })
}
