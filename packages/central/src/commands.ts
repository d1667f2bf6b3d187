import { type CommandKind, datetimeOfUs, Fault } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import type { CommandHead } from './command-head.ts'
import {
  beginHeads,
  type CommandRow,
  insertCommands,
  lockHeads,
  repeatCommandsAbove,
  saveHeads,
  selectLowestAbove,
} from './commands-sql.ts'

export interface NewCommand {
  storeId: string
  kind: CommandKind
  reference: string | null
  body: object
}

/**
 * Gives each command its store's next number and writes it to the outbox; Debezium carries it to the store's topic
 * after COMMIT. However many stores there are, one statement locks their heads, in store order, and two that go with
 * whatever the transaction does next write. Returns the numbers, in the order of `commands`. Throws the Fault
 * `commands_stopped` for a store whose head is stopped.
 */
export async function appendCommands(
  trx: Transaction,
  { commands, nowUs }: { commands: readonly NewCommand[]; nowUs: number },
): Promise<number[]> {
  if (commands.length === 0) return []
  const heads = await lockCommandHeads(trx, [...new Set(commands.map(({ storeId }) => storeId))])
  for (const head of heads.values()) refuseStopped(head)

  const issuedAt = datetimeOfUs(nowUs)
  const rows: CommandRow[] = commands.map(({ storeId, kind, reference, body }) => {
    const head = heads.get(storeId) as CommandHead
    const number = head.nextNumber
    head.nextNumber += 1
    return { storeId, era: head.era, number, kind, reference, body: JSON.stringify(body), issuedAt }
  })
  insertCommands(trx, rows)
  saveHeads(trx, [...heads.values()])
  return rows.map(({ number }) => number)
}

/**
 * Resends, in order and as a further attempt, every command of this era that the store hasn't done. Returns how many
 * there were; none when the store's commands are stopped.
 */
export async function resendCommands(
  trx: Transaction,
  { storeId, nowUs }: { storeId: string; nowUs: number },
): Promise<number> {
  const head = await lockCommandHead(trx, storeId)
  return head.stopped ? 0 : repeatCommandsAbove(trx, head, datetimeOfUs(nowUs))
}

/** Commands that one run of {@link fillDropped} makes at most. */
const MAX_FILLED = 10_000

/**
 * Commands that were done are dropped after a while. A store restored from an older backup doesn't know that it did
 * them, and takes no higher number before it has them: each is given again as a `noop`, which the store refuses and
 * counts as done. What the commands did is named again by the epoch that a restore opens. Call this behind the cursor's
 * lock; returns how many were made.
 */
export async function fillDropped(
  trx: Transaction,
  { storeId, nowUs }: { storeId: string; nowUs: number },
): Promise<number> {
  const head = await lockCommandHead(trx, storeId)
  const { era, nextNumber, commandsDone } = head
  const kept = await selectLowestAbove(trx, head)
  const missing = Math.min((kept ?? nextNumber) - 1 - commandsDone, MAX_FILLED)
  if (missing <= 0) return 0
  const issuedAt = datetimeOfUs(nowUs)
  const rows = Array.from({ length: missing }, (_, index): CommandRow => {
    const number = commandsDone + 1 + index
    return { storeId, era, number, kind: 'noop', reference: null, body: '{}', issuedAt }
  })
  insertCommands(trx, rows)
  return missing
}

/** {@link lockCommandHeads} of one store. */
export async function lockCommandHead(trx: Transaction, storeId: string): Promise<CommandHead> {
  return (await lockCommandHeads(trx, [storeId])).get(storeId) as CommandHead
}

/**
 * Locks the heads of stores, part by part and in store order; a head is made for a store's first command. Call it behind
 * the cursors' locks where commands are given for what the cursors say.
 */
export async function lockCommandHeads(
  trx: Transaction,
  storeIds: readonly string[],
): Promise<Map<string, CommandHead>> {
  const heads = await trx.ask(lockHeads(storeIds))
  const missing = storeIds.filter((storeId) => !heads.has(storeId))
  if (missing.length === 0) return heads
  // READ COMMITTED takes no gap lock on a missing row. What another process gives meanwhile is read behind the lock.
  beginHeads(trx, missing)
  for (const [storeId, head] of await trx.ask(lockHeads(missing))) heads.set(storeId, head)
  return heads
}

function refuseStopped({ storeId, stopped, commandsDone, nextNumber }: CommandHead): void {
  if (!stopped) return
  const message = `${storeId} has done command ${commandsDone}, but only ${nextNumber - 1} were given`
  throw new Fault('commands_stopped', message, { canRetry: false })
}
