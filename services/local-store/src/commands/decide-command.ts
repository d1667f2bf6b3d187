import { type Command, forgetEpochsBody, type ResyncBody, resyncBody } from '@shelfwire/contracts'
import type { Head } from '../journal/books.ts'

export type CommandDecision =
  | { outcome: 'not_ours' }
  | { outcome: 'repeat' }
  | { outcome: 'dropped' }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'resync'; range: ResyncBody }
  | { outcome: 'forget'; below: number }

/**
 * What to do with a command where the store's head stands: exactly the next number of its era, or number 1 of a greater
 * era, and only what this store knows. A command of another store has no number here: answering it would skip the
 * store's own command of that number.
 */
export function decideCommand(
  command: Command,
  { storeId, era, commandsDone }: Pick<Head, 'storeId' | 'era' | 'commandsDone'>,
): CommandDecision {
  if (command.storeId !== storeId) return { outcome: 'not_ours' }
  if (command.era < era) return { outcome: 'dropped' }
  const done = command.era === era ? commandsDone : 0
  if (command.number <= done) return { outcome: 'repeat' }
  if (command.number > done + 1) return { outcome: 'dropped' }
  switch (command.kind) {
    case 'resync':
      return decideResync(command.body)
    case 'forget_epochs':
      return decideForgetting(command.body)
    default:
      return { outcome: 'refused', reason: `unknown kind ${command.kind}` }
  }
}

function decideResync(text: string): CommandDecision {
  const body = resyncBody.safeParse(readJson(text))
  if (!body.success)
    return { outcome: 'refused', reason: 'resync: the body must name epoch, fromSeq and toSeq' }
  if (body.data.fromSeq > body.data.toSeq)
    return { outcome: 'refused', reason: 'resync: fromSeq is above toSeq' }
  return { outcome: 'resync', range: body.data }
}

function decideForgetting(text: string): CommandDecision {
  const body = forgetEpochsBody.safeParse(readJson(text))
  if (!body.success) return { outcome: 'refused', reason: 'forget_epochs: the body must name below' }
  return { outcome: 'forget', below: body.data.below }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
